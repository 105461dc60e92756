using System.Reflection;
using System.Threading.Channels;
using MassTransit;
using MultiPanel.Contracts.Bulk;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;

namespace MultiPanel.Api.Tests.Host;

/// <summary>What the API has sent to the workflows' queues, which only this reads in the API's tests.</summary>
public sealed class SentMessages
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Channel<IJobMessage> messages = Channel.CreateUnbounded<IJobMessage>();
    private readonly List<IJobMessage> seen = [];

    /// <summary>Takes the place of all workflows.</summary>
    public void Receive(IBusFactoryConfigurator bus)
    {
        var types = typeof(IJobMessage).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(IJobMessage)) && !type.IsAssignableTo(typeof(IStepCommand)));
        foreach (var queue in WorkflowCatalog.Queues(_ => true).Concat([JobMessages.Queue(typeof(TallyChildren)), JobMessages.Queue(typeof(JobEnded))]))
        {
            bus.ReceiveEndpoint(queue, endpoint =>
            {
                endpoint.ConfigureConsumeTopology = false;
                foreach (var type in types)
                {
                    typeof(SentMessages).GetMethod(nameof(Handle), BindingFlags.Instance | BindingFlags.NonPublic)!.MakeGenericMethod(type).Invoke(this, [endpoint]);
                }
            });
        }
    }

    /// <summary>Waits until the job has had so many messages of that type.</summary>
    public async Task TimesAsync<T>(Guid job, int count) where T : class, IJobMessage
    {
        using var limit = new CancellationTokenSource(Limit);
        while (seen.OfType<T>().Count(message => message.JobId == job) < count)
        {
            seen.Add(await messages.Reader.ReadAsync(limit.Token));
        }
    }

    /// <summary>Waits for the job's message of that type.</summary>
    public async Task<T> OfAsync<T>(Guid job) where T : class, IJobMessage
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            if (seen.OfType<T>().FirstOrDefault(message => message.JobId == job) is { } found)
            {
                return found;
            }

            seen.Add(await messages.Reader.ReadAsync(limit.Token));
        }
    }

    private void Handle<T>(IReceiveEndpointConfigurator endpoint) where T : class, IJobMessage => endpoint.Handler<T>(context =>
    {
        messages.Writer.TryWrite(context.Message);
        return Task.CompletedTask;
    });
}
