using System.Text.Json;
using MassTransit;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Hosting.Jobs;

/// <summary>Sends a job's command to the broker. Doing so twice is harmless: its saga takes the same command again.</summary>
public sealed class MessageSender(IBus bus)
{
    /// <summary>Longer than a broker's restart is not worth waiting for; the reconciler sends what stayed behind.</summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    /// <exception cref="JsonException">The command is of another version.</exception>
    /// <exception cref="InvalidOperationException">So is its workflow.</exception>
    public static object Command(Job job) => JsonSerializer.Deserialize(job.Command, JobMessages.Type(job.Workflow), ContractJson.Options)!;

    public Task SendAsync(Job job, CancellationToken cancellation) => SendAsync(job.Workflow, Command(job), cancellation);

    /// <summary>Sends any message of a job to a queue.</summary>
    /// <exception cref="TimeoutException">The broker is unreachable.</exception>
    public async Task SendAsync(string queue, object message, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(CallTimeout);
        try
        {
            var endpoint = await bus.GetSendEndpoint(JobMessages.Address(queue));
            await endpoint.Send(message, message.GetType(), timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"The message broker took no message within {CallTimeout.TotalSeconds} s.");
        }
    }
}
