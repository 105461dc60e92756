using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using MultiPanel.Bench.Counters;

namespace MultiPanel.Bench.Stack;

/// <summary>
/// The rival: a BullMQ worker and its producer in one Node.js process, at the same simulator, with a Redis of its own. It is
/// given its work by lines of JSON, one at a time, and answers each with a line when all of it is done. Its Redis keeps
/// nothing on disk, which is the fastest that it can be, and loses accepted jobs with it.
/// </summary>
internal sealed class Rival : IAsyncDisposable
{
    private readonly HostProcess process;
    private readonly SimulatorProcess simulator;
    private readonly Surroundings surroundings;

    private Rival(Surroundings surroundings, HostProcess process, SimulatorProcess simulator)
    {
        this.surroundings = surroundings;
        this.process = process;
        this.simulator = simulator;
    }

    /// <param name="concurrency">Jobs that its worker takes at once.</param>
    public static async Task<Rival> StartAsync(Surroundings surroundings, SimulatorProcess simulator, CancellationToken stopping, int concurrency = 100)
    {
        await using var redis = new RedisServer(surroundings.RivalRedis);
        await redis.ResetAsync();
        var config = JsonSerializer.Serialize(new { redis = surroundings.RivalRedis, cluster = simulator.Clusters[0], concurrency });
        var process = HostProcess.Start(
            surroundings, "rival", ["node", Path.Combine(surroundings.Rivals, "worker.mjs"), config], new Dictionary<string, string> { ["NODE_ENV"] = "production" }, talks: true);
        var rival = new Rival(surroundings, process, simulator);
        await rival.HearAsync(stopping);
        return rival;
    }

    /// <summary>Has work done; returns when it is, with what it took. CPU is under <see cref="Counts.WorkerCpu"/>.</summary>
    public Task<Counts> MeasureAsync(object order, CancellationToken stopping) => MeasureAsync(() => RunAsync(order, stopping));

    /// <summary>What is going on already, for a while.</summary>
    public Task<Counts> WatchAsync(TimeSpan length, CancellationToken stopping) => MeasureAsync(() => Task.Delay(length, stopping));

    /// <summary>Has work begun without waiting for its end.</summary>
    public async Task BeginAsync(object order, CancellationToken stopping)
    {
        await process.Input.WriteLineAsync(JsonSerializer.Serialize(order, JsonSerializerOptions.Web).AsMemory(), stopping);
        await process.Input.FlushAsync(stopping);
    }

    /// <returns>Its answer.</returns>
    /// <exception cref="InvalidOperationException">Some of the work failed.</exception>
    public async Task<JsonObject> RunAsync(object order, CancellationToken stopping)
    {
        await BeginAsync(order, stopping);
        var answer = await HearAsync(stopping);
        return answer["failed"] is { } failed && failed.GetValue<int>() > 0
            ? throw new InvalidOperationException($"{failed} of the rival's jobs failed: {answer["error"]}")
            : answer;
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private async Task<Counts> MeasureAsync(Func<Task> work)
    {
        var before = await ReadAsync();
        var watch = Stopwatch.StartNew();
        await work();
        var seconds = watch.Elapsed.TotalSeconds;
        return (await ReadAsync() - before) with { Seconds = seconds };
    }

    private async Task<Counts> ReadAsync() => new()
    {
        ProxmoxCalls = await simulator.CallsAsync(),
        WorkerCpu = ProcessTimes.Cpu(process.Id),
        StoreCpu = surroundings.StoreCpu("redis-rival"),
    };

    private async Task<JsonObject> HearAsync(CancellationToken stopping)
    {
        if (await process.Output.ReadLineAsync(stopping) is { } line)
        {
            return JsonNode.Parse(line)!.AsObject();
        }

        await Task.Delay(100, stopping);
        process.MustRun();
        throw new InvalidOperationException("The rival closed its output.");
    }
}
