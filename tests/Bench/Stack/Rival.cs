using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using MultiPanel.Bench.Counters;

namespace MultiPanel.Bench.Stack;

/// <summary>
/// The rival: a BullMQ worker and its producer in one Node.js process, at the same simulator, with a Redis of its own. It is
/// told what to do by lines of JSON, one at a time, and answers each with a line when all of it is done.
/// </summary>
internal sealed class Rival : IAsyncDisposable
{
    private readonly HostProcess process;
    private readonly SimulatorProcess simulator;

    private Rival(HostProcess process, SimulatorProcess simulator)
    {
        this.process = process;
        this.simulator = simulator;
    }

    public static async Task<Rival> StartAsync(Surroundings surroundings, SimulatorProcess simulator, CancellationToken stopping)
    {
        await using var redis = new RedisServer(surroundings.RivalRedis);
        await redis.FlushAsync();
        var config = JsonSerializer.Serialize(new { redis = surroundings.RivalRedis, cluster = simulator.Clusters[0] });
        var process = HostProcess.Start(
            surroundings, "rival", ["node", Path.Combine(surroundings.Rivals, "worker.mjs"), config], new Dictionary<string, string> { ["NODE_ENV"] = "production" }, talks: true);
        var rival = new Rival(process, simulator);
        await rival.ReadAsync(stopping);
        return rival;
    }

    /// <summary>Has work done; returns when it is, with what it took. CPU is under <see cref="Counts.WorkerCpu"/>.</summary>
    public async Task<Counts> MeasureAsync(object order, CancellationToken stopping)
    {
        var (calls, cpu, watch) = (await simulator.CallsAsync(), ProcessTimes.Cpu(process.Id), Stopwatch.StartNew());
        await RunAsync(order, stopping);
        var seconds = watch.Elapsed.TotalSeconds;
        return new Counts { Seconds = seconds, ProxmoxCalls = await simulator.CallsAsync() - calls, WorkerCpu = ProcessTimes.Cpu(process.Id) - cpu };
    }

    /// <returns>Its answer.</returns>
    /// <exception cref="InvalidOperationException">Some of the work failed.</exception>
    public async Task<JsonObject> RunAsync(object order, CancellationToken stopping)
    {
        await process.Input.WriteLineAsync(JsonSerializer.Serialize(order, JsonSerializerOptions.Web).AsMemory(), stopping);
        await process.Input.FlushAsync(stopping);
        var answer = await ReadAsync(stopping);
        return answer["failed"] is { } failed && failed.GetValue<int>() > 0
            ? throw new InvalidOperationException($"{failed} of the rival's jobs failed: {answer["error"]}")
            : answer;
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private async Task<JsonObject> ReadAsync(CancellationToken stopping)
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
