namespace MultiPanel.Sagas.Scheduling;

/// <summary>How scheduled messages are kept and how they are sent.</summary>
public sealed class RedisMessageSchedulerOptions
{
    /// <summary>First part of every key.</summary>
    public string KeyPrefix { get; set; } = "mp:schedule";

    /// <summary>A message that a dispatcher took and neither sent nor gave back within this time is sent by another.</summary>
    public TimeSpan VisibilityTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A message that the transport refused is tried again after this time.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between two looks, should a wake-up call get lost.</summary>
    public TimeSpan IdlePoll { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many messages a dispatcher takes and sends at once.</summary>
    public int BatchSize { get; set; } = 100;
}
