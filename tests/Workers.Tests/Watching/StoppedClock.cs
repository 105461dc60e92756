namespace MultiPanel.Workers.Tests.Watching;

/// <summary>Time stands still: a simulator's tasks run for ever.</summary>
public sealed class StoppedClock : TimeProvider
{
    private readonly DateTimeOffset now = System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => now;

    public override long GetTimestamp() => 0;
}
