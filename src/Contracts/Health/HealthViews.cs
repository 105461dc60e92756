namespace MultiPanel.Contracts.Health;

/// <summary><c>GET /api/health</c>: the process answers.</summary>
public sealed record HealthView(string Status, string Version);

/// <summary><c>GET /api/health/ready</c>.</summary>
/// <param name="Mail">Whether this panel sends mail; nothing waits for it. Null: it is no panel.</param>
public sealed record ReadyView(ReadyStatus Status, IReadOnlyDictionary<string, DependencyView> Dependencies, MailState? Mail = null);

public enum MailState
{
    On,

    /// <summary><c>SMTP_HOST</c> is not set.</summary>
    Off,
}

public enum ReadyStatus
{
    Ready,

    /// <summary>Commands are accepted, but something that is not needed for that is unreachable.</summary>
    Degraded,
}

/// <summary>How a dependency stands.</summary>
/// <param name="LatencyMs">How long asking it took, in milliseconds.</param>
/// <param name="Detail">What is wrong.</param>
public sealed record DependencyView(DependencyState State, double LatencyMs, string? Detail);

public enum DependencyState
{
    Up,
    Down,
}
