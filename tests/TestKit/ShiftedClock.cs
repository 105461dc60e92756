namespace MultiPanel.TestKit;

/// <summary>The system's clock, some time ahead: what is patient for minutes can be tried in a moment. Timers keep their pace.</summary>
public sealed class ShiftedClock : TimeProvider
{
    private long ahead;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref ahead));

    public void Advance(TimeSpan by) => Interlocked.Add(ref ahead, by.Ticks);
}
