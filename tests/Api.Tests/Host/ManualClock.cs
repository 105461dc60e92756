namespace MultiPanel.Api.Tests.Host;

/// <summary>Time passes when the test says so; timers fire then.</summary>
public sealed class ManualClock : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<ManualTimer> timers = [];
    private readonly List<(Func<IReadOnlyList<PendingTimer>, bool> Holds, TaskCompletionSource Reached)> watchers = [];
    private DateTimeOffset now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return now;
        }
    }

    /// <summary>Waits until the timers that wait for the time to pass are as the condition says.</summary>
    public Task TimersAsync(Func<IReadOnlyList<PendingTimer>, bool> holds)
    {
        lock (gate)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            watchers.Add((holds, reached));
            NotifyWatchers();
            return reached.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    public void Advance(TimeSpan span)
    {
        List<ManualTimer> due;
        lock (gate)
        {
            now += span;
            due = timers.FindAll(timer => timer.Due <= now);
            timers.RemoveAll(due.Contains);
            NotifyWatchers();
        }

        due.ForEach(timer => timer.Fire());
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private void NotifyWatchers()
    {
        var pending = timers.ConvertAll(timer => new PendingTimer(timer.Length, timer.Due - now));
        foreach (var watcher in watchers.FindAll(watcher => watcher.Holds(pending)))
        {
            watchers.Remove(watcher);
            watcher.Reached.SetResult();
        }
    }

    private sealed class ManualTimer(ManualClock clock, Action fire) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public TimeSpan Length { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                clock.timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    (Length, Due) = (dueTime, clock.now + dueTime);
                    clock.timers.Add(this);
                }

                clock.NotifyWatchers();
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock.gate)
            {
                clock.timers.Remove(this);
                clock.NotifyWatchers();
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>A timer of a <see cref="ManualClock"/>. Its length says whose it is: the API's other services have pauses of their own.</summary>
/// <param name="Length">What it was set to.</param>
/// <param name="Left">What of that has not passed yet.</param>
public readonly record struct PendingTimer(TimeSpan Length, TimeSpan Left);
