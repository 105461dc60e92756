using System.Diagnostics;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Start;
using MultiPanel.Contracts.Health;
using MultiPanel.Data;
using StackExchange.Redis;

namespace MultiPanel.Api.Health;

/// <summary>Asks each dependency how it is.</summary>
internal sealed class Dependencies(PanelDatabase database, DatabaseState state, IConnectionMultiplexer redis, IBusControl bus)
{
    public const string Database = "database", Redis = "redis", Broker = "broker";

    /// <summary>Who asks about health wants an answer soon.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<IReadOnlyDictionary<string, DependencyView>> AskAsync(CancellationToken cancellation)
    {
        var answers = await Task.WhenAll(
            AskAsync(DatabaseAsync, cancellation), AskAsync(RedisAsync, cancellation), AskAsync(BrokerAsync, cancellation));
        return new Dictionary<string, DependencyView> { [Database] = answers[0], [Redis] = answers[1], [Broker] = answers[2] };
    }

    private static async Task<DependencyView> AskAsync(Func<CancellationToken, Task<string?>> ask, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        string? problem;
        try
        {
            problem = await ask(patience.Token).WaitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            problem = $"No answer within {Patience.TotalSeconds} s.";
        }
        catch (Exception away) when (away is RedisException or RedisTimeoutException || DatabaseFailures.IsDatabase(away))
        {
            problem = away.GetBaseException().Message;
        }

        var latency = Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 2);
        return new DependencyView(problem is null ? DependencyState.Up : DependencyState.Down, latency, problem);
    }

    private async Task<string?> DatabaseAsync(CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        await db.Database.ExecuteSqlRawAsync("SELECT 1", cancellation);
        return state.Problem;
    }

    private async Task<string?> RedisAsync(CancellationToken cancellation)
    {
        if (!redis.IsConnected)
        {
            return "There is no connection.";
        }

        await redis.GetDatabase().PingAsync();
        return null;
    }

    private Task<string?> BrokerAsync(CancellationToken cancellation)
    {
        var health = bus.CheckHealth();
        return Task.FromResult(health.Status == BusHealthStatus.Healthy ? null : health.Description);
    }
}
