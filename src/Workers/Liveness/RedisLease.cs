using MultiPanel.Progress;
using StackExchange.Redis;

namespace MultiPanel.Workers.Liveness;

/// <summary>Makes one worker of all do what only one should. Two may for a moment believe they are it: what they do must bear that.</summary>
public sealed class RedisLease(IConnectionMultiplexer redis, RedisKey key, string owner, TimeSpan length)
{
    /// <summary>Takes the lease, or prolongs it.</summary>
    public async Task<bool> HoldAsync()
    {
        var database = redis.GetDatabase();
        return await database.LockExtendAsync(key, owner, length) || await database.LockTakeAsync(key, owner, length);
    }

    /// <summary>So that another worker need not wait until it expires.</summary>
    public async Task GiveBackAsync()
    {
        try
        {
            await redis.GetDatabase().LockReleaseAsync(key, owner);
        }
        catch (Exception unreachable) when (RedisFailures.IsUnreachable(unreachable))
        {
            // It expires by itself.
        }
    }
}
