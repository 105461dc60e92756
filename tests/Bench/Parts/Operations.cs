using MultiPanel.Bench.Counters;
using MultiPanel.Bench.Report;
using MultiPanel.Bench.Stack;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.Bench.Parts;

/// <summary>Starts and stops of VMs from the command to the job's end, and what one of them costs.</summary>
internal sealed class Operations : Part
{
    private const int Vms = 300;

    /// <summary>What the runtimes have compiled by then is what an installation runs with all day.</summary>
    private const int WarmUp = 100;

    /// <summary>Counted under MONITOR.</summary>
    private const int Watched = 50;

    private static readonly TimeSpan Most = TimeSpan.FromMinutes(5);

    public override int Place => 1;

    public override string About =>
        $"{Vms} VMs are started, then stopped, each by a command of its own, up to 100 at once; counts are an operation's, less those of the idle panel.";

    public override async Task<IReadOnlyList<Row>> MeasureAsync(Surroundings surroundings, CancellationToken stopping)
    {
        await using var panel = await Panel.StartAsync(surroundings, Name, new PanelOptions { Site = new Site { Vms = Vms } }, stopping);
        var meter = new Meter(panel);
        await RoundAsync(panel, [.. panel.Vms.Take(WarmUp)], stopping);
        var all = new List<Counts>();
        var rivals = new List<Counts>();
        for (var run = 0; run < 2; run++)
        {
            all.Add(await meter.CountAllAsync(() => RoundAsync(panel, panel.Vms, stopping), stopping));
            rivals.Add(Each(await RivalAsync(surroundings, panel, stopping)));
        }

        var idle = await meter.IdleASecondAsync(TimeSpan.FromSeconds(10), stopping);
        var ours = all.ConvertAll(run => Each(Meter.Net(run, idle)));
        var sent = await SentToRedisAsync(panel, stopping);
        await panel.AllSucceededAsync();
        return
        [
            Row.Of("starts and stops a second", ours, rivals, run => 1 / run.Seconds, Goal.AtLeast(1, "≥ 1×")),
            Row.Of("CPU of Api + worker, ms", ours, rivals, run => run.Cpu * 1000, Goal.AtMost(2, "≤ 2×, then ≤ 1×")),
            Row.Of("  of the Api, ms", ours, run => run.ApiCpu * 1000),
            Row.Of("CPU of the stores, ms", ours, rivals, run => run.StoreCpu * 1000),
            Row.Of("Proxmox calls", ours, rivals, run => run.ProxmoxCalls, Goal.AtMost(1.2, "≤ 1.2×")),
            Row.Of("  the same, in all", ours, run => run.ProxmoxCalls, Goal.AtMost(4, "≤ 4")),
            Row.Of("SQL statements", ours, run => run.Statements, Goal.AtMost(12, "≤ 12")),
            Row.Of("  of them resets of pooled connections, each with a SET", ours, run => run.Resets),
            Row.Of("  of them writes", ours, run => run.Writes),
            Row.Of("Redis commands as the server counts, in scripts too", ours, run => run.RedisCommands),
            Row.Of("  scripts", ours, run => run.RedisScripts),
            new Row("  sent by clients: round trips (under MONITOR)", sent, Goal.AtMost(10, "≤ 10")),
            Row.Of("messages published", ours, run => run.Messages, Goal.AtMost(3, "≤ 3")),
            new Row("idle panel: Proxmox calls, SQL, Redis commands a second", [idle.ProxmoxCalls, idle.Statements, idle.RedisCommands], []),
            new Row("idle panel: CPU, % of a core", idle.Cpu * 100),
        ];
    }

    /// <summary>An operation's share.</summary>
    private static Counts Each(Counts run) => run / (2 * Vms);

    private static async Task RoundAsync(Panel panel, IReadOnlyList<BenchVm> vms, CancellationToken stopping)
    {
        foreach (var action in new[] { "start", "stop" })
        {
            await panel.ActAsync(action, vms, stopping);
            await panel.AllOverAsync(Most, stopping);
        }
    }

    private static async Task<Counts> RivalAsync(Surroundings surroundings, Panel panel, CancellationToken stopping)
    {
        await using var rival = await Rival.StartAsync(surroundings, panel.Simulator, stopping);
        foreach (var action in new[] { "start", "stop" })
        {
            await rival.RunAsync(new { action, vms = panel.Vms.Take(WarmUp) }, stopping);
        }

        var start = await rival.MeasureAsync(new { action = "start", vms = panel.Vms }, stopping);
        var stop = await rival.MeasureAsync(new { action = "stop", vms = panel.Vms }, stopping);
        return start - (stop * -1);
    }

    private static async Task<double> SentToRedisAsync(Panel panel, CancellationToken stopping)
    {
        await using var monitor = await RedisMonitor.StartAsync(panel.Redis.Address);
        var before = Environment.TickCount64;
        await Task.Delay(TimeSpan.FromSeconds(5), stopping);
        var idle = monitor.FromClients / (Environment.TickCount64 - before + 0d);
        var (sent, begin) = (monitor.FromClients, Environment.TickCount64);
        await RoundAsync(panel, [.. panel.Vms.Take(Watched)], stopping);
        return (monitor.FromClients - sent - (idle * (Environment.TickCount64 - begin))) / (2 * Watched);
    }
}
