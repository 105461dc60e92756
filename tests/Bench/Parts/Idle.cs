using MultiPanel.Bench.Counters;
using MultiPanel.Bench.Report;
using MultiPanel.Bench.Stack;

namespace MultiPanel.Bench.Parts;

/// <summary>What a large installation costs while nothing happens in it.</summary>
internal sealed class Idle : Part
{
    private static readonly Site Large = new() { Clusters = 50, Nodes = 2, Vms = 200 };

    /// <summary>Two cycles of the inventory, which rarely keep exactly to their time.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(20);

    public override int Place => 8;

    public override string About =>
        $"{Large.Clusters} clusters of {Large.Nodes} nodes and {Large.Vms} VMs, simulated in one process; no commands for {Window.TotalSeconds:0} s, and each VM's configuration has been read once.";

    public override async Task<IReadOnlyList<Row>> MeasureAsync(Surroundings surroundings, CancellationToken stopping)
    {
        await using var panel = await Panel.StartAsync(surroundings, Name, new PanelOptions { Site = Large, AtOnce = null }, stopping);
        // The first look at each VM, right after it was found, takes minutes for so many: here it counts as done.
        await panel.Database.RunAsync("UPDATE vms SET guest_due_at = NULL");
        // The first reading of all clusters has its own work to end.
        await Task.Delay(Window / 2, stopping);
        var meter = new Meter(panel);
        var runs = new List<Counts>();
        for (var run = 0; run < 2; run++)
        {
            runs.Add(ASecond(await meter.CountAsync(() => Task.Delay(Window, stopping))));
        }

        return
        [
            Row.Of("SQL writes a second", runs, run => run.Writes, Goal.AtMost(5, "≤ 5")),
            Row.Of("SQL statements a second", runs, run => run.Statements),
            Row.Of("Redis commands a second", runs, run => run.RedisCommands),
            Row.Of("Proxmox calls a second", runs, run => run.ProxmoxCalls),
            Row.Of("CPU of Api + worker, % of a core", runs, run => run.Cpu * 100),
            Row.Of("CPU of the stores, % of a core", runs, run => run.StoreCpu * 100),
            new Row("VMs in the inventory", panel.Vms.Count),
            new Row("memory of the worker, MB", ProcessTimes.ResidentMb(panel.Workers[0].Id)),
        ];
    }

    private static Counts ASecond(Counts run) => run / run.Seconds;
}
