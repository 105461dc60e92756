using System.Reflection;
using StackExchange.Redis;

namespace MultiPanel.Workers.Tests.Watching;

/// <summary>A connection to Redis whose first uses of a database fail at once, as without a connection.</summary>
public class UnreachableOnce : DispatchProxy
{
    private IConnectionMultiplexer redis = null!;
    private int failures;

    /// <summary>Set when the last of them has failed.</summary>
    public TaskCompletionSource Failed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="redis">Does the rest.</param>
    /// <param name="failures">How many uses fail.</param>
    public static IConnectionMultiplexer Of(IConnectionMultiplexer redis, int failures)
    {
        var proxy = Create<IConnectionMultiplexer, UnreachableOnce>();
        ((UnreachableOnce)proxy).redis = redis;
        ((UnreachableOnce)proxy).failures = failures;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == nameof(IConnectionMultiplexer.GetDatabase) && Interlocked.Decrement(ref failures) is var left and >= 0)
        {
            if (left == 0)
            {
                Failed.SetResult();
            }

            throw new RedisConnectionException(ConnectionFailureType.UnableToConnect, "unreachable");
        }

        return targetMethod.Invoke(redis, args);
    }
}
