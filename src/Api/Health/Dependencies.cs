using System.Diagnostics;
using MultiPanel.Api.Start;
using MultiPanel.Contracts.Health;
using MultiPanel.Progress.Loops;
using StackExchange.Redis;
using States = System.Collections.Generic.IReadOnlyDictionary<string, MultiPanel.Contracts.Health.DependencyView>;

namespace MultiPanel.Api.Health;

/// <summary>
/// Writes to each dependency to learn its state. Callers share an answer for a few seconds: the endpoint needs no sign-in, and a
/// flood of questions must not become a flood of writes.
/// </summary>
internal sealed class Dependencies(
    DatabaseProbe database, DatabaseState state, IConnectionMultiplexer redis, BrokerProbe broker, TimeProvider clock, ILogger<Dependencies> log)
{
    public const string Database = "database", Redis = "redis", Broker = "broker";

    /// <summary>How long one answer is shared.</summary>
    public static readonly TimeSpan Shared = TimeSpan.FromSeconds(3);

    /// <summary>A load balancer that asks for the health waits for a few seconds at most.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private static readonly RedisKey WrittenKey = "mp:health:written";

    private readonly FailureLog failures = new(log, clock);
    private readonly Lock gate = new();
    private Task<States>? answer;
    private DateTimeOffset askedAt;

    public async Task<States> AskAsync(CancellationToken cancellation)
    {
        var states = await SharedAsync().WaitAsync(cancellation);
        // Known without asking, so it is never out of date.
        return state.Problem is { } problem && states[Database].State == DependencyState.Up
            ? new Dictionary<string, DependencyView>(states) { [Database] = states[Database] with { State = DependencyState.Down, Detail = problem } }
            : states;
    }

    private Task<States> SharedAsync()
    {
        lock (gate)
        {
            if (answer is null || (answer.IsCompleted && clock.GetUtcNow() - askedAt >= Shared))
            {
                (answer, askedAt) = (Task.Run(AskAllAsync), clock.GetUtcNow());
            }

            return answer;
        }
    }

    private async Task<States> AskAllAsync()
    {
        var answers = await Task.WhenAll(
            AskAsync("The database", DatabaseAsync), AskAsync("Redis", RedisAsync), AskAsync("The message broker", broker.SendAsync));
        return new Dictionary<string, DependencyView> { [Database] = answers[0], [Redis] = answers[1], [Broker] = answers[2] };
    }

    /// <param name="name">Begins a sentence.</param>
    /// <param name="write">Returns what is wrong, or throws it.</param>
    private async Task<DependencyView> AskAsync(string name, Func<CancellationToken, Task<string?>> write)
    {
        var started = Stopwatch.GetTimestamp();
        using var limit = new CancellationTokenSource(Limit);
        string? problem;
        try
        {
            problem = await write(limit.Token).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            problem = $"{name} took no write within {Limit.TotalSeconds} s.";
        }
        catch (Exception failure)
        {
            // The driver's own text names hosts and accounts: it is for the log, not for callers who have not signed in.
            failures.Write(failure, $"{name} took no write of the health check");
            problem = $"{name} cannot be written; the log of the API says why.";
        }

        var latency = Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 2);
        return new DependencyView(problem is null ? DependencyState.Up : DependencyState.Down, latency, problem);
    }

    private async Task<string?> DatabaseAsync(CancellationToken cancellation)
    {
        await database.WriteAsync(cancellation);
        return null;
    }

    /// <summary>A Redis that answers may still refuse writes: a replica, a full memory or disk, an append-only file that failed.</summary>
    private async Task<string?> RedisAsync(CancellationToken cancellation)
    {
        if (!redis.IsConnected)
        {
            return "There is no connection to Redis.";
        }

        await redis.GetDatabase().StringSetAsync(WrittenKey, clock.GetUtcNow().ToUnixTimeMilliseconds(), TimeSpan.FromMinutes(1));
        return null;
    }
}
