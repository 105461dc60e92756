namespace MultiPanel.Api.Jobs.Streams;

/// <summary>
/// What one stream still has to send: references to shared frames, nothing of its own. One that is too slow loses them all
/// and reads again, so that its memory is bounded.
/// </summary>
internal sealed class Watcher
{
    /// <summary>Five seconds at 100 events a second; beyond that reading again is cheaper.</summary>
    public const int Backlog = 512;

    private readonly Lock gate = new();
    private readonly Queue<JobFrame> frames = new();
    private TaskCompletionSource? waiting;
    private bool missed;
    private bool due;

    public void Offer(JobFrame frame)
    {
        lock (gate)
        {
            if (missed)
            {
                return;
            }

            if (frames.Count == Backlog)
            {
                frames.Clear();
                missed = true;
            }
            else
            {
                frames.Enqueue(frame);
            }
        }

        Wake();
    }

    /// <summary>It is time for a keep-alive.</summary>
    public void Tick()
    {
        lock (gate)
        {
            due = true;
        }

        Wake();
    }

    /// <summary>Ends the wait, so that the stream looks whether it is to stop.</summary>
    public void Wake()
    {
        TaskCompletionSource? awake;
        lock (gate)
        {
            (awake, waiting) = (waiting, null);
        }

        awake?.TrySetResult();
    }

    /// <summary>What came so far is part of what is read now.</summary>
    public void Clear()
    {
        lock (gate)
        {
            frames.Clear();
            missed = false;
        }
    }

    /// <summary>Moves the waiting frames to the list.</summary>
    /// <returns>Whether frames were lost, so that the stream must read again; and whether a keep-alive is due.</returns>
    public (bool Missed, bool Due) Take(List<JobFrame> taken)
    {
        lock (gate)
        {
            taken.Clear();
            taken.AddRange(frames);
            frames.Clear();
            var state = (missed, due);
            due = false;
            return state;
        }
    }

    /// <summary>Waits for a frame, a tick, or <see cref="Wake"/>.</summary>
    public Task WaitAsync(CancellationToken ending)
    {
        lock (gate)
        {
            if (frames.Count > 0 || missed || due || ending.IsCancellationRequested)
            {
                return Task.CompletedTask;
            }

            waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return waiting.Task;
        }
    }
}
