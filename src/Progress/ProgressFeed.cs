using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace MultiPanel.Progress;

/// <summary>
/// All published changes, received once a process and handed to its listeners. A listener that was too slow, or that may
/// have missed something because the connection was gone, is told so and reads again.
/// </summary>
public sealed class ProgressFeed(IConnectionMultiplexer redis) : IHostedService
{
    /// <summary>About a second of the busiest feed that was measured; then reading again is cheaper than waiting.</summary>
    private const int Backlog = 4_096;

    private readonly ConcurrentDictionary<Listener, byte> listeners = new();
    private ChannelMessageQueue? published;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        redis.ConnectionRestored += OnRestored;
        try
        {
            // A queue, not a handler: handlers run side by side, and a job's last event would overtake the one before it.
            published = await redis.GetSubscriber().SubscribeAsync(ProgressKeys.AllChannels);
            published.OnMessage(message => OnMessage(message.Channel, message.Message));
        }
        catch (Exception away) when (away is RedisException or RedisTimeoutException)
        {
            // The multiplexer keeps the subscription and makes it as soon as Redis is there; until then readers have the database.
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        redis.ConnectionRestored -= OnRestored;
        await redis.GetSubscriber().UnsubscribeAsync(ProgressKeys.AllChannels, OnMessage, CommandFlags.FireAndForget);
    }

    /// <summary>Starts to collect events; read the snapshot after this call, not before.</summary>
    public Listener Listen(Func<JobEvent, bool> wanted)
    {
        var listener = new Listener(this, wanted);
        listeners.TryAdd(listener, 0);
        return listener;
    }

    private void OnMessage(RedisChannel channel, RedisValue message)
    {
        var parts = message.ToString().Split(' ', 4);
        var company = int.Parse(channel.ToString().AsSpan(channel.ToString().LastIndexOf(':') + 1), CultureInfo.InvariantCulture);
        var change = new JobEvent(
            long.Parse(parts[0], CultureInfo.InvariantCulture),
            long.Parse(parts[1], CultureInfo.InvariantCulture),
            Guid.Parse(parts[2]),
            company == 0 ? null : company,
            parts[3]);
        foreach (var (listener, _) in listeners)
        {
            listener.Offer(change);
        }
    }

    private void OnRestored(object? sender, ConnectionFailedEventArgs args)
    {
        foreach (var (listener, _) in listeners)
        {
            listener.Miss();
        }
    }

    /// <summary>One reader's share of the feed.</summary>
    public sealed class Listener : IDisposable
    {
        private readonly ProgressFeed feed;
        private readonly Func<JobEvent, bool> wanted;
        private readonly Channel<JobEvent?> queue = Channel.CreateBounded<JobEvent?>(Backlog);
        private volatile bool missed;

        internal Listener(ProgressFeed feed, Func<JobEvent, bool> wanted)
        {
            this.feed = feed;
            this.wanted = wanted;
        }

        /// <summary>Waits for the next event.</summary>
        /// <returns>Null: events may have been missed; read the job again.</returns>
        public async ValueTask<JobEvent?> NextAsync(CancellationToken cancellation)
        {
            if (missed)
            {
                missed = false;
                while (queue.Reader.TryRead(out _))
                {
                }

                return null;
            }

            return await queue.Reader.ReadAsync(cancellation);
        }

        public void Dispose() => feed.listeners.TryRemove(this, out _);

        internal void Offer(JobEvent change)
        {
            if (wanted(change) && !queue.Writer.TryWrite(change))
            {
                missed = true;
            }
        }

        internal void Miss()
        {
            missed = true;
            queue.Writer.TryWrite(null);
        }
    }
}
