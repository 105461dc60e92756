using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Api.Jobs.Streams;

/// <summary>What all streams of this process share: the open jobs, and who watches them. Hold <see cref="Gate"/> to use either.</summary>
internal sealed class SharedState(StreamSource source)
{
    private volatile bool isWatched;

    public Lock Gate { get; } = new();

    public WatcherIndex Watchers { get; } = new();

    public OpenJobTable Jobs { get; } = new();

    /// <summary>Readable without the gate.</summary>
    public bool IsWatched => isWatched;

    /// <summary>Rises when the jobs are dropped: what a read that began before brings is of no use.</summary>
    public long Epoch { get; private set; }

    /// <summary>Takes a job as it was read, and offers the watchers what differs.</summary>
    /// <param name="number">Of its newest event; 0: Redis does not know it.</param>
    /// <param name="since">The <see cref="OpenJobTable.Version"/> before the read.</param>
    public void Put(JobView view, long number, long since)
    {
        lock (Gate)
        {
            if (Watchers.Wants(view.Id) && Jobs.Put(view, number, since, source.Live.HasRedis) is { } frame)
            {
                Watchers.Offer(frame);
            }
        }
    }

    /// <summary>Call it within the gate after each change of <see cref="Watchers"/>.</summary>
    public void NoteWatchers() => isWatched = Watchers.HasAny;

    /// <summary>Call it within the gate: the jobs are not kept up to date any more.</summary>
    public void DropJobs()
    {
        Jobs.Clear();
        Epoch++;
    }
}
