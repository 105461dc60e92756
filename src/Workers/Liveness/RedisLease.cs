using MultiPanel.Progress;
using StackExchange.Redis;

namespace MultiPanel.Workers.Liveness;

/// <summary>Makes one worker of all do what only one should. Two may for a moment believe they are it: what they do must bear that.</summary>
public sealed class RedisLease(IConnectionMultiplexer redis, RedisKey key, string owner, TimeSpan length)
{
    private static readonly RedisScript Release = new(typeof(RedisLease), "release-lease.lua");

    private static readonly RedisScript Hold = new(typeof(RedisLease), "hold-lease.lua");

    /// <summary>Takes the lease, or prolongs it.</summary>
    public async Task<bool> HoldAsync() =>
        (bool)await Hold.With([key], [owner, (long)length.TotalMilliseconds]).RunAsync(redis.GetDatabase());

    /// <summary>So that another worker need not wait until it expires.</summary>
    public async Task GiveBackAsync()
    {
        try
        {
            await Release.With([key], [owner]).RunAsync(redis.GetDatabase());
        }
        catch (Exception unreachable) when (RedisFailures.IsUnreachable(unreachable))
        {
            // It expires by itself.
        }
    }
}
