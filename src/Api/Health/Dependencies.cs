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
    private Task<IReadOnlyDictionary<string, Finding>>? answer;
    private DateTimeOffset askedAt;

    /// <param name="withReasons">With the drivers' own texts, which name hosts and accounts: for administrators alone.</param>
    /// <param name="cancellation">Stops waiting for the answer.</param>
    public async Task<States> AskAsync(bool withReasons, CancellationToken cancellation)
    {
        var states = (await SharedAsync().WaitAsync(cancellation)).ToDictionary(found => found.Key, found => found.Value.Show(withReasons));
        // Known without asking, so it is never out of date.
        if (state.Problem is { } problem && states[Database].State == DependencyState.Up)
        {
            states[Database] = states[Database] with { State = DependencyState.Down, Detail = problem };
        }

        return states;
    }

    private Task<IReadOnlyDictionary<string, Finding>> SharedAsync()
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

    private async Task<IReadOnlyDictionary<string, Finding>> AskAllAsync()
    {
        var answers = await Task.WhenAll(
            AskAsync("The database", database.WriteAsync), AskAsync("Redis", RedisAsync), AskAsync("The message broker", broker.SendAsync));
        return new Dictionary<string, Finding> { [Database] = answers[0], [Redis] = answers[1], [Broker] = answers[2] };
    }

    /// <param name="name">Begins a sentence.</param>
    /// <param name="write">Throws what is wrong.</param>
    private async Task<Finding> AskAsync(string name, Func<CancellationToken, Task> write)
    {
        var started = Stopwatch.GetTimestamp();
        using var limit = new CancellationTokenSource(Limit);
        (string? Problem, string? Reason) found;
        try
        {
            await write(limit.Token).WaitAsync(limit.Token);
            found = default;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            found = ($"{name} took no write within {Limit.TotalSeconds} s.", null);
        }
        catch (Exception failure)
        {
            failures.Write(failure, $"{name} took no write of the health check");
            found = ($"{name} cannot be written; the log of the API says why.", failure.GetBaseException().Message);
        }

        var latency = Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 2);
        return new Finding(new DependencyView(found.Problem is null ? DependencyState.Up : DependencyState.Down, latency, found.Problem), found.Reason);
    }

    /// <summary>A Redis that answers may still refuse writes: a replica, a full memory or disk, an append-only file that failed.</summary>
    private async Task RedisAsync(CancellationToken cancellation)
    {
        if (!redis.IsConnected)
        {
            throw new InvalidOperationException("There is no connection to Redis.");
        }

        await redis.GetDatabase().StringSetAsync(WrittenKey, clock.GetUtcNow().ToUnixTimeMilliseconds(), TimeSpan.FromMinutes(1));
    }

    /// <param name="View">What everybody may see.</param>
    /// <param name="Reason">The driver's own text.</param>
    private sealed record Finding(DependencyView View, string? Reason)
    {
        public DependencyView Show(bool withReason) => withReason && Reason is not null ? View with { Detail = $"{View.Detail} {Reason}" } : View;
    }
}
