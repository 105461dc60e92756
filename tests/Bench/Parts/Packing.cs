using System.Diagnostics;
using MultiPanel.Bench.Report;
using MultiPanel.Bench.Stack;

namespace MultiPanel.Bench.Parts;

/// <summary>How close many clones come to the shortest possible time with the same slots.</summary>
internal sealed class Packing : Part
{
    private const int Clones = 200, Nodes = 4, SlotsPerNode = 4;

    private const double CloneSeconds = 5;

    private static readonly TimeSpan Most = TimeSpan.FromMinutes(3);

    public override int Place => 9;

    public override string About =>
        $"{Clones} linked clones of {CloneSeconds} s each, of a template on each of {Nodes} nodes, {SlotsPerNode} slots a node; against as many full waves of tasks as the slots make necessary.";

    public override async Task<IReadOnlyList<Row>> MeasureAsync(Surroundings surroundings, CancellationToken stopping)
    {
        var options = new PanelOptions { Site = new Site { Nodes = Nodes, LinkedCloneSeconds = CloneSeconds }, AtOnce = Nodes * SlotsPerNode, PerNode = SlotsPerNode };
        await using var panel = await Panel.StartAsync(surroundings, Name, options, stopping);
        var begin = DateTimeOffset.UtcNow;
        var watch = Stopwatch.StartNew();
        await panel.CloneAsync(Clones, "clone", stopping);
        var accepted = watch.Elapsed.TotalSeconds;
        await panel.AllOverAsync(Most, stopping);
        var over = watch.Elapsed.TotalSeconds;
        await panel.AllSucceededAsync();

        var tasks = await panel.Simulator.TasksAsync("qmclone");
        var bound = tasks.GroupBy(task => task.Node)
            .Max(node => Math.Ceiling(node.Count() / (double)SlotsPerNode) * node.Average(task => (task.End - task.StartedAt).TotalSeconds));
        var last = (tasks.Max(task => task.End) - begin).TotalSeconds;
        return
        [
            new Row("first command to the last clone's end, s; the rival is the bound", [last], [bound], Goal.AtMost(1.05, "≤ 1.05×")),
            new Row("first command to the last job's end, s", over),
            new Row("all accepted after, s", accepted),
            new Row("clone tasks in Proxmox", tasks.Count),
        ];
    }
}
