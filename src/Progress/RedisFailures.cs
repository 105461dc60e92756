using StackExchange.Redis;

namespace MultiPanel.Progress;

/// <summary>The one rule for what counts as a Redis that cannot be reached.</summary>
public static class RedisFailures
{
    /// <summary>Whether the call failed because Redis is down, does not answer, or refuses to work; not because of a fault in our code.</summary>
    /// <param name="failure">What the call threw.</param>
    /// <param name="stopping">
    /// The caller's own token. StackExchange.Redis ends pending calls with <see cref="TaskCanceledException"/> when their connection
    /// is lost, so a cancellation that the caller did not ask for is a failure of Redis.
    /// </param>
    public static bool IsUnreachable(Exception failure, CancellationToken stopping = default) => failure switch
    {
        RedisException or RedisTimeoutException or RedisCommandException or ObjectDisposedException or TimeoutException => true,
        OperationCanceledException => !stopping.IsCancellationRequested,
        _ => false,
    };
}
