using System.Diagnostics;
using MultiPanel.Bench.Stack;

namespace MultiPanel.Bench.Counters;

/// <summary>Counts what a panel does while something goes on, less what it does when nothing goes on.</summary>
internal sealed class Meter(Panel panel)
{
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private Counts idle = new();

    /// <summary>What it does a second while nothing is asked of it.</summary>
    public Counts IdleASecond => idle;

    /// <summary>Measures the idle panel; two cycles of the inventory (10 s each) say enough.</summary>
    public async Task IdleAsync(TimeSpan length, CancellationToken stopping)
    {
        var counts = await GrossAsync(() => Task.Delay(length, stopping), stopping);
        idle = counts / counts.Seconds;
    }

    /// <summary>What the work took, less what the panel would have done anyway in that time.</summary>
    public async Task<Counts> MeasureAsync(Func<Task> work, CancellationToken stopping)
    {
        var counts = await GrossAsync(work, stopping);
        return counts - ((idle * counts.Seconds) with { Seconds = 0 });
    }

    /// <summary>All that was done meanwhile.</summary>
    public async Task<Counts> GrossAsync(Func<Task> work, CancellationToken stopping)
    {
        await Task.Delay(Broker.Behind, stopping);
        var messages = (await panel.Broker.CountAsync()).Published;
        var before = await ReadAsync();
        await work();
        var after = await ReadAsync();
        await Task.Delay(Broker.Behind, stopping);
        var published = (await panel.Broker.CountAsync()).Published - messages;
        var counts = after - before;
        // What the idle panel published while the broker's count was waited for is no work of this time.
        return counts with { Messages = Math.Max(0, published - (idle.Messages * Broker.Behind.TotalSeconds)) };
    }

    private async Task<Counts> ReadAsync()
    {
        var (statements, resets, writes) = await panel.Database.CountAsync();
        var (commands, scripts) = await panel.Redis.CountAsync();
        return new Counts
        {
            Seconds = watch.Elapsed.TotalSeconds,
            ProxmoxCalls = await panel.Simulator.CallsAsync(),
            Statements = statements,
            Resets = resets,
            Writes = writes,
            RedisCommands = commands,
            RedisScripts = scripts,
            ApiCpu = ProcessTimes.Cpu(panel.Api.Id),
            WorkerCpu = panel.Workers.Sum(worker => ProcessTimes.Cpu(worker.Id)),
        };
    }
}
