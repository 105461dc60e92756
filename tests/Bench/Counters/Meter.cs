using System.Diagnostics;
using MultiPanel.Bench.Stack;

namespace MultiPanel.Bench.Counters;

/// <summary>Counts what a panel does while something goes on, and what it does when nothing goes on.</summary>
internal sealed class Meter(Panel panel)
{
    private readonly Stopwatch watch = Stopwatch.StartNew();

    /// <summary>All that was done meanwhile, but for messages: their count comes late.</summary>
    public async Task<Counts> CountAsync(Func<Task> work)
    {
        var before = await ReadAsync();
        await work();
        return await ReadAsync() - before;
    }

    /// <summary>All that was done meanwhile; messages are those of <see cref="Broker.Behind"/> more, until the broker reports them.</summary>
    public async Task<Counts> CountAllAsync(Func<Task> work, CancellationToken stopping)
    {
        await Task.Delay(Broker.Behind, stopping);
        var before = await panel.Broker.PublishedAsync();
        var counts = await CountAsync(work);
        await Task.Delay(Broker.Behind, stopping);
        return counts with { Messages = await panel.Broker.PublishedAsync() - before };
    }

    /// <summary>
    /// What an idle panel does a second. Measured after the work: before it, the runtimes still compile what the warm-up ran.
    /// A cycle of the inventory is 10 s.
    /// </summary>
    public async Task<Counts> IdleASecondAsync(TimeSpan length, CancellationToken stopping)
    {
        var counts = await CountAllAsync(() => Task.Delay(length, stopping), stopping);
        return (counts / counts.Seconds) with { Messages = counts.Messages / (counts.Seconds + Broker.Behind.TotalSeconds) };
    }

    /// <summary>What <see cref="CountAllAsync"/> counted, less what the panel would have done in that time anyway.</summary>
    public static Counts Net(Counts all, Counts idleASecond) => (all - (idleASecond * all.Seconds)) with
    {
        Seconds = all.Seconds,
        Messages = all.Messages - (idleASecond.Messages * (all.Seconds + Broker.Behind.TotalSeconds)),
    };

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
            StoreCpu = panel.Surroundings.StoreCpu("mariadb", "redis", "rabbitmq"),
            WorkerCpu = panel.Workers.Sum(worker => ProcessTimes.Cpu(worker.Id)),
        };
    }
}
