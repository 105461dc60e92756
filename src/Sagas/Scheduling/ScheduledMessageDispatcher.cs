using MassTransit;
using MassTransit.Middleware;
using MassTransit.Serialization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MultiPanel.Progress.Loops;

namespace MultiPanel.Sagas.Scheduling;

/// <summary>
/// Sends scheduled messages when they are due, each at least once. Any number of hosts may run one: messages that a host took
/// and did not acknowledge, another host sends after the visibility timeout.
/// </summary>
public sealed class ScheduledMessageDispatcher : RepeatingService
{
    private readonly ScheduledMessageStore store;
    private readonly IBus bus;
    private readonly RedisMessageSchedulerOptions options;
    private readonly FailureLog failures;
    private readonly SemaphoreSlim awake = new(0, 1);

    internal ScheduledMessageDispatcher(
        ScheduledMessageStore store,
        IBus bus,
        TimeProvider time,
        IOptions<RedisMessageSchedulerOptions> options,
        ILogger<ScheduledMessageDispatcher> logger)
        : base(logger, time, options.Value.IdlePoll)
    {
        this.store = store;
        this.bus = bus;
        this.options = options.Value;
        failures = new FailureLog(logger, time);
    }

    /// <summary>Makes it look for due messages at once.</summary>
    public void Wake()
    {
        try
        {
            awake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It was woken already and has not looked yet.
        }
    }

    protected override Task RunAsync(RoundLoop loop, CancellationToken stopping)
    {
        var subscribed = false;
        return loop.RunAsync(
            async token =>
            {
                if (!subscribed)
                {
                    await store.Subscribe(Wake).ConfigureAwait(false);
                    subscribed = true;
                }

                await Sleep(await Dispatch().ConfigureAwait(false), token).ConfigureAwait(false);
            },
            stopping);
    }

    public override void Dispose()
    {
        awake.Dispose();
        base.Dispose();
    }

    private async Task<DateTimeOffset?> Dispatch()
    {
        var taken = await store.Take().ConfigureAwait(false);
        await Task.WhenAll(taken.Messages.Select(message => Deliver(message.Token, message.Json, taken.Claim))).ConfigureAwait(false);
        return taken.Next;
    }

    private async Task Deliver(Guid token, string? json, long claim)
    {
        if (json is not null && !await TrySend(token, json).ConfigureAwait(false))
        {
            await store.Defer(token, claim).ConfigureAwait(false);
            return;
        }

        await store.Acknowledge(token, claim).ConfigureAwait(false);
    }

    private async Task<bool> TrySend(Guid token, string json)
    {
        try
        {
            // A shutdown does not stop it half way: what was taken is finished, within the time in which no other dispatcher takes it.
            using var timeout = new CancellationTokenSource(options.VisibilityTimeout, Clock);
            await Send(ScheduledEnvelope.Parse(json), timeout.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception)
        {
            // Whatever a transport throws: one message that it refuses must not stop the others.
            failures.Write(exception, $"Could not send the scheduled message {token}; retrying in {options.RetryAfter.TotalSeconds} s");
            return false;
        }
    }

    private async Task Send(ScheduledEnvelope envelope, CancellationToken ct)
    {
        var endpoint = await bus.GetSendEndpoint(envelope.Destination).ConfigureAwait(false);
        var pipe = new OutboxMessageSendPipe(new ScheduledMessageContext(envelope), envelope.Destination);
        await endpoint.Send(new SerializedMessageBody(), pipe, ct).ConfigureAwait(false);
    }

    private async Task Sleep(DateTimeOffset? next, CancellationToken stoppingToken)
    {
        using var wakened = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var signal = awake.WaitAsync(wakened.Token);
        var pause = next - Clock.GetUtcNow() is { } left && left < options.IdlePoll ? left : options.IdlePoll;
        if (pause > TimeSpan.Zero)
        {
            var timer = Task.Delay(pause, Clock, wakened.Token);
            await Task.WhenAny(signal, timer).ConfigureAwait(false);
        }

        await wakened.CancelAsync().ConfigureAwait(false);
        await Task.WhenAny(signal).ConfigureAwait(false);
    }
}
