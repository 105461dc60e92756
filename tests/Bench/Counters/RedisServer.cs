using System.Globalization;
using StackExchange.Redis;

namespace MultiPanel.Bench.Counters;

/// <summary>The private Redis, and what it counts.</summary>
internal sealed class RedisServer(string address) : IAsyncDisposable
{
    private static readonly string[] Scripts = ["cmdstat_eval", "cmdstat_evalsha", "cmdstat_eval_ro", "cmdstat_evalsha_ro", "cmdstat_fcall", "cmdstat_fcall_ro"];
    private ConnectionMultiplexer? connection;

    public string Address => address;

    /// <summary>Empties it.</summary>
    /// <param name="keeps">Whether it appends each write to a file, synced once a second.</param>
    public async Task ResetAsync(bool keeps = false)
    {
        var server = await ServerAsync();
        await server.FlushAllDatabasesAsync();
        await server.ConfigSetAsync("appendfsync", "everysec");
        await server.ConfigSetAsync("appendonly", keeps ? "yes" : "no");
    }

    /// <summary>Commands that the server ran, those within scripts included, and how many scripts it ran.</summary>
    public async Task<(double Commands, double Scripts)> CountAsync()
    {
        var groups = await (await ServerAsync()).InfoAsync("everything");
        var values = groups.SelectMany(group => group).GroupBy(pair => pair.Key).ToDictionary(pair => pair.Key, pair => pair.First().Value);
        return (double.Parse(values["total_commands_processed"], CultureInfo.InvariantCulture), Scripts.Sum(name => values.TryGetValue(name, out var line) ? Calls(line) : 0));
    }

    public ValueTask DisposeAsync() => connection?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<IServer> ServerAsync()
    {
        connection ??= await ConnectionMultiplexer.ConnectAsync($"{address},allowAdmin=true,syncTimeout=30000");
        return connection.GetServer(address);
    }

    /// <summary>Of <c>calls=21,usec=175,…</c>.</summary>
    private static double Calls(string line) => double.Parse(line.Split(',')[0]["calls=".Length..], CultureInfo.InvariantCulture);
}
