namespace MultiPanel.TestKit;

/// <summary>The system's clock, which can be stopped and moved on by hand. Timers keep their pace.</summary>
public sealed class HeldClock : TimeProvider
{
    private readonly Lock gate = new();
    private DateTimeOffset? held;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return held ?? System.GetUtcNow();
        }
    }

    public void Stop()
    {
        lock (gate)
        {
            held ??= System.GetUtcNow();
        }
    }

    /// <summary>Moves a stopped clock on.</summary>
    public void Advance(TimeSpan by)
    {
        lock (gate)
        {
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
