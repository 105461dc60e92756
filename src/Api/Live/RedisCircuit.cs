using MultiPanel.Progress;
using StackExchange.Redis;

namespace MultiPanel.Api.Live;

/// <summary>
/// Reads from Redis as long as it answers quickly. One that is connected but silent counts as unreachable too: no list may
/// wait for it. After a failure no caller asks for a few seconds; then one caller tries, and the others go on without.
/// </summary>
/// <param name="limit">How long an answer may take.</param>
internal sealed class RedisCircuit(IConnectionMultiplexer redis, TimeSpan limit, TimeProvider clock, ILogger<RedisCircuit> log)
{
    /// <summary>Until the next try.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    private readonly Lock gate = new();
    private DateTimeOffset? retryAt;
    private bool probing;

    /// <summary>The last try succeeded, as far as is known.</summary>
    public bool IsClosed
    {
        get
        {
            lock (gate)
            {
                return redis.IsConnected && retryAt is null;
            }
        }
    }

    /// <returns>What <paramref name="read"/> returns; <paramref name="otherwise"/> where Redis cannot be reached.</returns>
    public async Task<T> TryAsync<T>(Func<Task<T>> read, T otherwise)
    {
        // Without a connection the call would queue and time out.
        if (!redis.IsConnected || !MayTry())
        {
            return otherwise;
        }

        try
        {
            var value = await read().WaitAsync(limit);
            Close();
            return value;
        }
        catch (Exception failure) when (RedisFailures.IsUnreachable(failure))
        {
            Open();
            log.LogWarning("Could not read from Redis; using the database for {Pause} s: {Reason}", Pause.TotalSeconds, failure.Message);
            return otherwise;
        }
        catch
        {
            // A fault of ours says nothing about Redis, but must not leave the circuit waiting for this caller.
            Close();
            throw;
        }
    }

    private bool MayTry()
    {
        lock (gate)
        {
            if (retryAt is null)
            {
                return true;
            }

            if (probing || clock.GetUtcNow() < retryAt)
            {
                return false;
            }

            probing = true;
            return true;
        }
    }

    private void Close()
    {
        lock (gate)
        {
            (retryAt, probing) = (null, false);
        }
    }

    private void Open()
    {
        lock (gate)
        {
            (retryAt, probing) = (clock.GetUtcNow() + Pause, false);
        }
    }
}
