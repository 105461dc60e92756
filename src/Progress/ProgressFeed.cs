using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using MultiPanel.Progress.Loops;
using StackExchange.Redis;

namespace MultiPanel.Progress;

/// <summary>
/// All published changes, received once a process and given to its listeners. It subscribes until the subscription holds,
/// also where Redis is down at the start. A listener that was too slow, or that may have missed something because the
/// connection was lost, learns so and reads again.
/// </summary>
public sealed class ProgressFeed(IConnectionMultiplexer redis, TimeProvider clock, ILogger<ProgressFeed> log) : RepeatingService(log, clock, RetryPause)
{
    /// <summary>Between two tries to subscribe.</summary>
    public static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);

    /// <summary>The start of the host waits no longer than this for a Redis that does not answer.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(1);

    /// <summary>Only to ask whether the subscription holds.</summary>
    private static readonly Action<RedisChannel, RedisValue> Ignore = (_, _) => { };

    private readonly ConcurrentDictionary<FeedListener, byte> listeners = new();
    private readonly SemaphoreSlim restored = new(0, 1);
    private readonly TaskCompletionSource tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ChannelMessageQueue? published;
    private bool isSubscribed;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        redis.ConnectionRestored += OnRestored;
        await base.StartAsync(cancellationToken);
        await tried.Task.WaitAsync(StartLimit, Clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        redis.ConnectionRestored -= OnRestored;
        await base.StopAsync(cancellationToken);
        await redis.GetSubscriber().UnsubscribeAsync(ProgressKeys.AllChannels, flags: CommandFlags.FireAndForget);
    }

    /// <summary>Starts to collect events; read the snapshot after this call, not before.</summary>
    public FeedListener Listen(Func<JobEvent, bool> wanted)
    {
        var listener = new FeedListener(wanted, left => listeners.TryRemove(left, out _));
        listeners.TryAdd(listener, 0);
        return listener;
    }

    public override void Dispose()
    {
        restored.Dispose();
        base.Dispose();
    }

    protected override Task RunAsync(RoundLoop loop, CancellationToken stopping) => loop.RunAsync(KeepSubscribedAsync, stopping);

    /// <summary>Subscribes, and checks the subscription after each reconnect. What was published in between is lost, so listeners read again.</summary>
    private async Task KeepSubscribedAsync(CancellationToken stopping)
    {
        if (isSubscribed)
        {
            await restored.WaitAsync(stopping);
            isSubscribed = false;
        }

        try
        {
            await SubscribeAsync(stopping);
            isSubscribed = true;
            foreach (var (listener, _) in listeners)
            {
                listener.Miss();
            }
        }
        finally
        {
            tried.TrySetResult();
        }
    }

    private async Task SubscribeAsync(CancellationToken stopping)
    {
        var subscriber = redis.GetSubscriber();
        try
        {
            if (published is null)
            {
                // A queue, not a handler: handlers run side by side, and a job's last event would overtake the one before it.
                var queue = await subscriber.SubscribeAsync(ProgressKeys.AllChannels).WaitAsync(stopping);
                queue.OnMessage(OnMessage);
                published = queue;
            }
            else
            {
                // Answers at once where the multiplexer has subscribed again already, else when it has.
                await subscriber.SubscribeAsync(ProgressKeys.AllChannels, Ignore).WaitAsync(stopping);
                await subscriber.UnsubscribeAsync(ProgressKeys.AllChannels, Ignore);
            }
        }
        catch (Exception failure) when (RedisFailures.IsUnreachable(failure, stopping))
        {
            // StackExchange.Redis keeps the queue of a failed subscription and fills it as soon as Redis is back, but no code reads it.
            published = null;
            await subscriber.UnsubscribeAsync(ProgressKeys.AllChannels, flags: CommandFlags.FireAndForget);
            throw;
        }
    }

    private void OnMessage(ChannelMessage message)
    {
        var change = JobEvent.Parse(message.Channel.ToString(), message.Message.ToString());
        foreach (var (listener, _) in listeners)
        {
            listener.Offer(change);
        }
    }

    private void OnRestored(object? sender, ConnectionFailedEventArgs args)
    {
        try
        {
            restored.Release();
        }
        catch (SemaphoreFullException)
        {
            // The other connection came back at the same moment; one check of the subscription is enough.
        }
        catch (ObjectDisposedException)
        {
            // The host has stopped.
        }
    }
}
