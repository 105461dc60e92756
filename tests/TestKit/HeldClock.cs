namespace MultiPanel.TestKit;

/// <summary>The system's clock, which can be stopped and moved on by hand. Timers keep their pace.</summary>
public sealed class HeldClock : TimeProvider
{
    private readonly Lock gate = new();
    private DateTimeOffset? held;
    private TimeSpan ahead;

    private DateTimeOffset Running => System.GetUtcNow() + ahead;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return held ?? Running;
        }
    }

    public void Stop()
    {
        lock (gate)
        {
            held ??= Running;
        }
    }

    /// <summary>Moves it on, also where it is stopped.</summary>
    public void Advance(TimeSpan by)
    {
        lock (gate)
        {
            ahead += by;
            held += by;
        }
    }

    public void Go()
    {
        lock (gate)
        {
            held = null;
        }
    }
}
