using System.Collections.Concurrent;

namespace MultiPanel.Chaos.Tests.Load;

/// <summary>How far the run is: jobs accepted and jobs seen to have ended. What strikes when is given in these steps.</summary>
public sealed class Tally
{
    private readonly Lock gate = new();
    private readonly List<(int Step, TaskCompletionSource Reached)> waiting = [];
    private readonly ConcurrentDictionary<Guid, string> accepted = new();
    private bool over;

    public int Steps { get; private set; }

    /// <summary>The jobs whose acceptance a client received, and what they are.</summary>
    public IReadOnlyDictionary<Guid, string> Accepted => accepted;

    /// <summary>What went otherwise than the API promises.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    public void Accept(Guid job, string what)
    {
        if (accepted.TryAdd(job, what))
        {
            Step();
        }
        else
        {
            Complaints.Enqueue($"job {job} was answered to two commands: {accepted[job]} and {what}");
        }
    }

    public void End() => Step();

    /// <summary>The load is over: no wait for a step that will not come.</summary>
    public void Finish()
    {
        lock (gate)
        {
            over = true;
            Release(int.MaxValue);
        }
    }

    public Task ReachedAsync(int step)
    {
        lock (gate)
        {
            if (over || Steps >= step)
            {
                return Task.CompletedTask;
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Add((step, reached));
            return reached.Task;
        }
    }

    private void Step()
    {
        lock (gate)
        {
            Release(++Steps);
        }
    }

    private void Release(int step)
    {
        foreach (var (_, reached) in waiting.Where(waiter => waiter.Step <= step))
        {
            reached.SetResult();
        }

        waiting.RemoveAll(waiter => waiter.Step <= step);
    }
}
