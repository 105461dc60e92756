using System.Threading.Channels;

namespace MultiPanel.Progress;

/// <summary>One reader's share of the <see cref="ProgressFeed"/>. Dispose it to leave.</summary>
public sealed class FeedListener : IDisposable
{
    /// <summary>About a second of the busiest feed that was measured; then reading again is cheaper than waiting.</summary>
    private const int Backlog = 4_096;

    private readonly Func<JobEvent, bool> wanted;
    private readonly Action<FeedListener> leave;
    private readonly Channel<JobEvent?> queue = Channel.CreateBounded<JobEvent?>(Backlog);
    private volatile bool missed;

    internal FeedListener(Func<JobEvent, bool> wanted, Action<FeedListener> leave)
    {
        this.wanted = wanted;
        this.leave = leave;
    }

    /// <summary>Waits for the next event.</summary>
    /// <returns>Null: events may have been missed; read the job again.</returns>
    public async ValueTask<JobEvent?> NextAsync(CancellationToken cancellation)
    {
        var next = missed ? null : await queue.Reader.ReadAsync(cancellation);
        if (missed)
        {
            missed = false;
            while (queue.Reader.TryRead(out _))
            {
            }

            return null;
        }

        return next;
    }

    public void Dispose() => leave(this);

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
