using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace MultiPanel.Progress;

/// <summary>
/// All published changes, received once a process and handed to its listeners. It subscribes until the subscription holds,
/// also where Redis is down at the start. A listener that was too slow, or that may have missed something because the
/// connection was lost, learns so and reads again.
/// </summary>
public sealed class ProgressFeed(IConnectionMultiplexer redis, ILogger<ProgressFeed>? log = null) : IHostedService, IDisposable
{
    /// <summary>The start of the host waits no longer than this for a Redis that does not answer.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);

    /// <summary>Only to ask whether the subscription holds.</summary>
    private static readonly Action<RedisChannel, RedisValue> Ignore = (_, _) => { };

    private readonly ConcurrentDictionary<FeedListener, byte> listeners = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim restored = new(0, 1);
    private readonly TaskCompletionSource tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ChannelMessageQueue? published;
    private Task holding = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        redis.ConnectionRestored += OnRestored;
        holding = HoldAsync(stopping.Token);
        await Task.WhenAny(tried.Task, Task.Delay(StartLimit, cancellationToken));
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        redis.ConnectionRestored -= OnRestored;
        await stopping.CancelAsync();
        await redis.GetSubscriber().UnsubscribeAsync(ProgressKeys.AllChannels, flags: CommandFlags.FireAndForget);
        await holding.WaitAsync(cancellationToken);
    }

    /// <summary>Starts to collect events; read the snapshot after this call, not before.</summary>
    public FeedListener Listen(Func<JobEvent, bool> wanted)
    {
        var listener = new FeedListener(wanted, left => listeners.TryRemove(left, out _));
        listeners.TryAdd(listener, 0);
        return listener;
    }

    public void Dispose()
    {
        stopping.Dispose();
        restored.Dispose();
    }

    /// <summary>Subscribes, and makes sure of the subscription after each reconnect. What was published in between is lost, so listeners read again.</summary>
    private async Task HoldAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                if (!await TrySubscribeAsync())
                {
                    tried.TrySetResult();
                    await Task.Delay(RetryPause, cancellation);
                    continue;
                }

                foreach (var (listener, _) in listeners)
                {
                    listener.Miss();
                }

                tried.TrySetResult();
                await restored.WaitAsync(cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task<bool> TrySubscribeAsync()
    {
        var subscriber = redis.GetSubscriber();
        try
        {
            if (published is null)
            {
                // A queue, not a handler: handlers run side by side, and a job's last event would overtake the one before it.
                var queue = await subscriber.SubscribeAsync(ProgressKeys.AllChannels).WaitAsync(stopping.Token);
                queue.OnMessage(OnMessage);
                published = queue;
            }
            else
            {
                // Answers at once where the multiplexer has subscribed again already, else when it has.
                await subscriber.SubscribeAsync(ProgressKeys.AllChannels, Ignore).WaitAsync(stopping.Token);
                await subscriber.UnsubscribeAsync(ProgressKeys.AllChannels, Ignore);
            }

            return true;
        }
        catch (Exception failure) when (RedisFailures.IsUnreachable(failure, stopping.Token))
        {
            log?.LogWarning("Could not subscribe to the jobs' changes; retrying: {Reason}", failure.Message);

            // StackExchange.Redis keeps the queue of a failed subscription and fills it as soon as Redis is back; nobody could read it.
            published = null;
            await subscriber.UnsubscribeAsync(ProgressKeys.AllChannels, flags: CommandFlags.FireAndForget);
            return false;
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
            // The other connection came back at the same moment; one look at the subscription is enough.
        }
        catch (ObjectDisposedException)
        {
            // The host has stopped.
        }
    }
}
