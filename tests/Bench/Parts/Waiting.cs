using MultiPanel.Bench.Counters;
using MultiPanel.Bench.Report;
using MultiPanel.Bench.Stack;

namespace MultiPanel.Bench.Parts;

/// <summary>What long tasks cost while they run and nothing else happens.</summary>
internal sealed class Waiting : Part
{
    private const int Tasks = 1_000;

    private static readonly TimeSpan Most = TimeSpan.FromMinutes(5);

    /// <summary>A cycle of the inventory.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    public override int Place => 4;

    public override string About =>
        $"{Tasks} tasks of ten minutes in flight, {Window.TotalSeconds:0} s each time, the inventory's reading included. Ours first, twice, then the rival alone, twice: both at once could not be separated.";

    public override async Task<IReadOnlyList<Row>> MeasureAsync(Surroundings surroundings, CancellationToken stopping)
    {
        var options = new PanelOptions { Site = new Site { Vms = 2 * Tasks, StartSeconds = 600 }, AtOnce = Tasks };
        await using var panel = await Panel.StartAsync(surroundings, Name, options, stopping);
        await panel.ActAsync("start", panel.Vms.Take(Tasks), stopping);
        await RunningAsync(panel, Tasks, stopping);
        var meter = new Meter(panel);
        var ours = new List<Counts>();
        for (var run = 0; run < 2; run++)
        {
            ours.Add(ASecond(await meter.CountAsync(() => Task.Delay(Window, stopping))));
        }

        await panel.EndHostsAsync();
        await using var rival = await Rival.StartAsync(surroundings, panel.Simulator, stopping, concurrency: Tasks);
        await rival.BeginAsync(new { action = "start", vms = panel.Vms.Skip(Tasks) }, stopping);
        await RunningAsync(panel, 2 * Tasks, stopping);
        var rivals = new List<Counts>();
        for (var run = 0; run < 2; run++)
        {
            rivals.Add(ASecond(await rival.WatchAsync(Window, stopping)));
        }

        return
        [
            Row.Of("Proxmox calls a second", ours, rivals, run => run.ProxmoxCalls, Goal.AtMost(0.05, "≤ 5 %")),
            Row.Of("CPU of Api + worker, % of a core", ours, rivals, run => run.Cpu * 100, Goal.AtMost(0.5, "≤ 50 %")),
            Row.Of("CPU of the stores, % of a core", ours, rivals, run => run.StoreCpu * 100),
            Row.Of("SQL statements a second", ours, run => run.Statements),
            Row.Of("Redis commands a second", ours, run => run.RedisCommands),
        ];
    }

    private static Counts ASecond(Counts run) => run / run.Seconds;

    private static Task RunningAsync(Panel panel, int tasks, CancellationToken stopping) => Wait.UntilAsync(
        async () => (await panel.Simulator.TasksAsync("qmstart")).Count(task => task.EndedAt is null) >= tasks, "Starting all tasks", Most, stopping, everyMs: 500);
}
