using StackExchange.Redis;

namespace MultiPanel.Progress;

/// <summary>
/// The time as Redis has it: what one host writes and another compares must not depend on how far their clocks are apart.
/// The difference is measured once, at the first use that finds Redis there; until then it counts as none.
/// </summary>
public sealed class SharedClock(IConnectionMultiplexer redis, TimeProvider clock)
{
    private TimeSpan? ahead;

    /// <summary>Ms since 1970.</summary>
    public async ValueTask<long> NowAsync()
    {
        ahead ??= await MeasureAsync();
        return (clock.GetUtcNow() + ahead.Value).ToUnixTimeMilliseconds();
    }

    private async Task<TimeSpan> MeasureAsync()
    {
        var asked = clock.GetTimestamp();
        var time = (RedisResult[])(await redis.GetDatabase().ExecuteAsync("TIME"))!;
        var there = DateTimeOffset.FromUnixTimeSeconds((long)time[0]).AddMicroseconds((long)time[1]);
        return there + (clock.GetElapsedTime(asked) / 2) - clock.GetUtcNow();
    }
}
