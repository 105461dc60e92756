using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Sagas.Admission;
using MultiPanel.TestKit;
using MultiPanel.TestKit.Processes;
using StackExchange.Redis;

namespace MultiPanel.Chaos.Tests.Load;

/// <summary>What Redis still holds of jobs that are over: slots, places in line, sagas, watched tasks.</summary>
internal static class Leftovers
{
    /// <summary>A lease ends, and a saga that a late message woke is released, within this.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>A saga whose last message the broker lost is never released; Redis drops it.</summary>
    private static readonly TimeSpan GoesByItself = TimeSpan.FromDays(1);

    /// <summary>That is rare, of twenty jobs one at most: a deleted queue takes the last messages of all jobs that end in that moment.</summary>
    private const int JobsForOne = 20;

    /// <returns>What is still there after a while; nothing, if all goes well.</returns>
    public static async Task<IReadOnlyList<string>> WaitAsync(Installation installation)
    {
        await using var redis = await installation.Redis.ConnectAsync();
        await using var services = new ServiceCollection().AddLogging().AddSingleton<IConnectionMultiplexer>(redis).AddAdmission().BuildServiceProvider();
        var admission = services.GetRequiredService<IAdmission>();
        var clusters = installation.Tenants.Clusters.Values.Select(id => id.ToString(CultureInfo.InvariantCulture)).ToList();
        await using var db = installation.Database.OpenAll();
        var few = await db.Jobs.CountAsync() / JobsForOne;
        IReadOnlyList<string> left = [];
        try
        {
            await Eventually.IsAsync(
                async () =>
                {
                    left = await FindAsync(redis, installation.Redis.Address, admission, clusters, few);
                    return left.Count == 0;
                },
                "nothing is left", Limit);
        }
        catch (TimeoutException)
        {
            // The rule that asks says what.
        }

        return left;
    }

    private static async Task<IReadOnlyList<string>> FindAsync(ConnectionMultiplexer connection, string address, IAdmission admission, IReadOnlyList<string> clusters, int few)
    {
        var (redis, database) = (connection.GetServer(address), connection.GetDatabase());
        var left = new List<string>();
        foreach (var cluster in clusters)
        {
            var report = await admission.ReportAsync(cluster, default);
            left.AddRange(report.Holders.Select(holder => $"slot of cluster {cluster}: {holder.Slot}"));
            left.AddRange(report.Waiters.Select(waiter => $"waiter in cluster {cluster}: {waiter.Wanted}"));
        }

        var (leaving, staying) = (new List<string>(), new List<string>());
        await foreach (var key in redis.KeysAsync(pattern: "mp:saga:*"))
        {
            (await database.KeyTimeToLiveAsync(key) <= GoesByItself ? leaving : staying).Add($"saga {key}");
        }

        left.AddRange(leaving.Count > few ? staying.Concat(leaving) : staying);

        await foreach (var key in redis.KeysAsync(pattern: "mp:watch:*"))
        {
            if (!key.ToString().EndsWith(":lease", StringComparison.Ordinal))
            {
                left.Add($"watched tasks {key}");
            }
        }

        return left;
    }
}
