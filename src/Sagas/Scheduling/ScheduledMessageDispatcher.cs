using MassTransit;
using MassTransit.Middleware;
using MassTransit.Serialization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace MultiPanel.Sagas.Scheduling;

/// <summary>
/// Sends scheduled messages when they are due, each at least once. Any number of hosts may run one: what a host took and
/// did not acknowledge, another sends after the visibility timeout.
/// </summary>
public sealed class ScheduledMessageDispatcher : BackgroundService
{
    private readonly ScheduledMessageStore store;
    private readonly IBus bus;
    private readonly TimeProvider time;
    private readonly ILogger<ScheduledMessageDispatcher> logger;
    private readonly RedisMessageSchedulerOptions options;
    private readonly SemaphoreSlim awake = new(0, 1);

    internal ScheduledMessageDispatcher(
        ScheduledMessageStore store,
        IBus bus,
        TimeProvider time,
        IOptions<RedisMessageSchedulerOptions> options,
        ILogger<ScheduledMessageDispatcher> logger)
    {
        this.store = store;
        this.bus = bus;
        this.time = time;
        this.logger = logger;
        this.options = options.Value;
    }

    /// <summary>Looks for due messages at once.</summary>
    public void Wake()
    {
        try
        {
            awake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It has been woken already and not looked yet.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var subscribed = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            DateTimeOffset? next;
            try
            {
                if (!subscribed)
                {
                    await store.Subscribe(Wake).ConfigureAwait(false);
                    subscribed = true;
                }

                next = await Dispatch().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                logger.LogWarning(exception, "Scheduled messages cannot be read; looking again in {IdlePoll}.", options.IdlePoll);
                next = null;
            }

            await Sleep(next, stoppingToken).ConfigureAwait(false);
        }
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
            // Not stopped half way by a shutdown: what was taken is finished, within the time in which nobody else takes it.
            using var timeout = new CancellationTokenSource(options.VisibilityTimeout, time);
            await Send(ScheduledEnvelope.Parse(json), timeout.Token).ConfigureAwait(false);
            return true;
        }
#pragma warning disable CA1031 // Whatever a transport throws: one message that it refuses must not stop the others.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.LogError(exception, "The scheduled message {Token} could not be sent; trying again in {RetryAfter}.", token, options.RetryAfter);
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
        var pause = next - time.GetUtcNow() is { } left && left < options.IdlePoll ? left : options.IdlePoll;
        if (pause > TimeSpan.Zero)
        {
            var timer = Task.Delay(pause, time, wakened.Token);
            await Task.WhenAny(signal, timer).ConfigureAwait(false);
        }

        await wakened.CancelAsync().ConfigureAwait(false);
        await Task.WhenAny(signal).ConfigureAwait(false);
    }
}
