using System.Globalization;
using Microsoft.Extensions.Options;
using MultiPanel.Contracts.Admission;
using MultiPanel.Sagas.Admission;
using MultiPanel.Sagas.Tests.Scheduling;
using MultiPanel.TestKit.Servers;
using StackExchange.Redis;

namespace MultiPanel.Sagas.Tests.Admission;

/// <summary>Redis counts the commands that a script runs, which distinguishes a scan from a look without a clock.</summary>
public sealed class AdmissionCostTests
{
    [Test]
    public async Task Choosing_the_next_of_ten_thousand_costs_what_choosing_the_next_of_a_hundred_does()
    {
        await using var claimed = TestServers.Redis();
        await using var redis = await ConnectionMultiplexer.ConnectAsync($"{claimed.ConnectionString},allowAdmin=true");

        var few = await CommandsForARelease(redis, "few", waiters: 100);
        var many = await CommandsForARelease(redis, "many", waiters: 10_000);

        Assert.That(many, Is.EqualTo(few));
    }

    private static async Task<long> CommandsForARelease(ConnectionMultiplexer redis, string cluster, int waiters)
    {
        var admission = new RedisAdmission(redis, Options.Create(new AdmissionOptions()), new ManualTime());
        await admission.RestoreAsync(cluster, [], default);
        await Task.WhenAll(Enumerable.Range(0, waiters + 4).Select(number => admission.RequestAsync(
            new AdmissionRequest
            {
                Holder = $"h{number}",
                JobId = Guid.CreateVersion7(),
                Cluster = cluster,
                Node = "pve1",
                Class = AdmissionClass.Clone,
                Priority = default,
                Company = $"c{number % 10}",
            },
            default)));

        var server = redis.GetServers().Single();
        await server.ConfigResetStatisticsAsync();
        var grants = await admission.ReleaseAsync(cluster, "h0", default);
        var stats = await server.InfoAsync("commandstats");

        Assert.That(grants, Has.Count.EqualTo(1));
        // The script's own commands; the connection says PING and the like whenever it wants to.
        return stats.Single()
            .Where(stat => stat.Key.StartsWith("cmdstat_z", StringComparison.Ordinal)
                || stat.Key.StartsWith("cmdstat_h", StringComparison.Ordinal)
                || stat.Key is "cmdstat_smembers" or "cmdstat_srem")
            .Sum(stat => long.Parse(stat.Value.Split(',', '=')[1], CultureInfo.InvariantCulture));
    }
}
