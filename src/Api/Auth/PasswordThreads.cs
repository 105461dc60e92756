using MultiPanel.Api.Http;

namespace MultiPanel.Api.Auth;

/// <summary>
/// A few threads for what keeps a core busy for long, so that a flood of sign-ins neither takes the thread pool from the
/// other requests nor makes an honest user wait: whose client has failed least goes first.
/// </summary>
internal sealed class PasswordThreads : IDisposable
{
    /// <summary>More than this many minutes of work are not worth waiting for.</summary>
    private const int MostWaiting = 1_000;

    private readonly PriorityQueue<Work, (int Failures, long Arrival)> waiting = new();
    private readonly object gate = new();
    private long arrivals;
    private bool closed;

    public PasswordThreads()
    {
        for (var i = 0; i < Count; i++)
        {
            new Thread(WorkOn) { IsBackground = true, Name = "passwords" }.Start();
        }
    }

    /// <summary>Half of the cores: the other half is for all else.</summary>
    public static int Count => Math.Max(1, Environment.ProcessorCount / 2);

    /// <exception cref="ProblemException">429: too many wait already, and none of a client that has failed more; or one that has failed less took the place.</exception>
    public Task<T> RunAsync<T>(int failures, Func<T> work, CancellationToken cancellation)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            waiting.Enqueue(new Work(() => Run(work, done, cancellation), () => done.TrySetException(TooMany())), (failures, arrivals++));
            if (waiting.Count > MostWaiting)
            {
                // A client that fills the queue with guesses does not keep the others out of it.
                var last = waiting.UnorderedItems.MaxBy(item => item.Priority).Element;
                waiting.Remove(last, out _, out _);
                last.Drop();
            }

            Monitor.Pulse(gate);
        }

        return done.Task;
    }

    public void Dispose()
    {
        lock (gate)
        {
            closed = true;
            Monitor.PulseAll(gate);
        }
    }

    private static ProblemException TooMany() =>
        new(429, "too_many_attempts", "Too many sign-ins at once; try again in a moment.") { RetryAfter = TimeSpan.FromSeconds(10) };

    private static void Run<T>(Func<T> work, TaskCompletionSource<T> done, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            // The client has left and needs no answer.
            done.TrySetCanceled(cancellation);
            return;
        }

        try
        {
            done.TrySetResult(work());
        }
#pragma warning disable CA1031 // It is rethrown where the work was asked for.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            done.TrySetException(failure);
        }
    }

    private void WorkOn()
    {
        while (true)
        {
            Work next;
            lock (gate)
            {
                while (waiting.Count == 0)
                {
                    if (closed)
                    {
                        return;
                    }

                    Monitor.Wait(gate);
                }

                next = waiting.Dequeue();
            }

            next.Do();
        }
    }

    private sealed class Work(Action run, Action drop)
    {
        public void Do() => run();

        public void Drop() => drop();
    }
}
