using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MultiPanel.TestKit;
using MultiPanel.TestKit.Processes;
using MultiPanel.TestKit.Servers;
using MySqlConnector;

namespace MultiPanel.Integration.Tests.Budget;

/// <summary>Counts at the servers what an installation does; nothing in the product takes part.</summary>
internal sealed class SpendingMeter : IAsyncDisposable
{
    /// <summary>RabbitMQ's <c>collect_statistics_interval</c> is 5 s; counts that stay for longer are complete.</summary>
    private static readonly TimeSpan BrokerInterval = TimeSpan.FromSeconds(6);

    /// <summary>Two rounds of the inventory.</summary>
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly Installation installation;
    private readonly RedisMonitor redis;
    private readonly MySqlConnection database;
    private long ownStatements;

    private SpendingMeter(Installation installation, RedisMonitor redis, MySqlConnection database) =>
        (this.installation, this.redis, this.database) = (installation, redis, database);

    public static async Task<SpendingMeter> StartAsync(Installation installation)
    {
        var url = new Uri(installation.MariaDb.Url);
        var account = url.UserInfo.Split(':', 2);
        var database = new MySqlConnection(new MySqlConnectionStringBuilder
        {
            Server = url.Host,
            Port = (uint)url.Port,
            UserID = account[0],
            Password = Uri.UnescapeDataString(account[1]),
            Database = url.AbsolutePath.TrimStart('/'),
            Pooling = false,
        }.ConnectionString);
        await database.OpenAsync();
        return new SpendingMeter(installation, await RedisMonitor.StartAsync(installation.Redis.Address), database);
    }

    /// <summary>What the jobs cost, from the first command to the last job's end, less what the installation does in that time anyway.</summary>
    /// <param name="work">Sends the commands.</param>
    /// <param name="idleASecond">See <see cref="IdleASecondAsync"/>.</param>
    public async Task<Spending> CountAsync(Func<Task<IReadOnlyList<Guid>>> work, Spending idleASecond)
    {
        var watch = Stopwatch.StartNew();
        var before = await ReadAsync();
        var jobs = await work();
        await AllOverAsync();
        var seconds = watch.Elapsed.TotalSeconds;
        var spent = await ReadAsync() - before - (idleASecond * seconds);
        await installation.SucceedAsync(jobs);
        return spent / jobs.Count;
    }

    public async Task<Spending> IdleASecondAsync()
    {
        var watch = Stopwatch.StartNew();
        var before = await ReadAsync();
        await Task.Delay(IdleTime);
        var seconds = watch.Elapsed.TotalSeconds;
        return (await ReadAsync() - before) / seconds;
    }

    public async ValueTask DisposeAsync()
    {
        await redis.DisposeAsync();
        await database.DisposeAsync();
    }

    private Task AllOverAsync() =>
        Eventually.IsAsync(async () => await NumberAsync("SELECT COUNT(*) FROM jobs WHERE finished_at IS NULL") == 0, "all jobs end", Limit);

    private async Task<Spending> ReadAsync()
    {
        // First those that count on while the broker's count is waited for.
        var (calls, statements, commands) = (
            installation.Simulator.Clusters.Sum(cluster => cluster.TotalCalls),
            await NumberAsync("SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'QUESTIONS'") - ownStatements,
            redis.FromClients);
        return new Spending(calls, statements, commands, await PublishedAsync());
    }

    /// <summary>Waits for the broker's count of now.</summary>
    private async Task<double> PublishedAsync()
    {
        var (published, since) = (-1d, Stopwatch.StartNew());
        await Eventually.IsAsync(
            async () =>
            {
                using var answer = JsonDocument.Parse(await installation.Broker.Api.GetStringAsync($"vhosts/{installation.Broker.Name}"));
                var now = answer.RootElement.TryGetProperty("message_stats", out var stats) && stats.TryGetProperty("publish", out var count) ? count.GetDouble() : 0;
                if (now > published)
                {
                    published = now;
                    since.Restart();
                }

                return since.Elapsed > BrokerInterval;
            },
            "the broker has counted", Limit);
        return published;
    }

    private async Task<double> NumberAsync(string query)
    {
        ownStatements++;
#pragma warning disable CA2100 // This class's own texts.
        await using var command = new MySqlCommand(query, database);
#pragma warning restore CA2100
        return Convert.ToDouble(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }
}
