using StackExchange.Redis;

namespace MultiPanel.Progress;

/// <summary>The names in Redis under which progress is stored. Other programs may read them; only workers write.</summary>
public static class ProgressKeys
{
    /// <summary>Every company's changes; the last part is the company's id, 0 for the platform's own.</summary>
    public static RedisChannel AllChannels { get; } = RedisChannel.Pattern("mp:jobs:*");

    /// <summary>A hash: the job's fields as JSON, its steps under <c>step:{name}</c>.</summary>
    public static RedisKey Snapshot(Guid job) => $"mp:job:{job}";

    /// <summary>A list of <c>{number} {json}</c>, oldest first.</summary>
    public static RedisKey Events(Guid job) => $"mp:job:{job}:events";

    /// <summary>A sorted set: which jobs of the company changed last; the score is the change's feed number.</summary>
    public static RedisKey Recent(int? company) => $"mp:recent:{company ?? 0}";

    /// <summary>The same over all companies.</summary>
    public static RedisKey RecentOfAll { get; } = "mp:recent";

    public static RedisKey FeedNumber { get; } = "mp:feed";

    public static RedisChannel Channel(int? company) => RedisChannel.Literal($"mp:jobs:{company ?? 0}");
}
