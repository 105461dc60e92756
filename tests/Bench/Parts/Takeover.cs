using MultiPanel.Bench.Counters;
using MultiPanel.Bench.Report;
using MultiPanel.Bench.Stack;

namespace MultiPanel.Bench.Parts;

/// <summary>A worker is killed while all that there is to do is in flight.</summary>
internal sealed class Takeover : Part
{
    private const int Tasks = 500;

    /// <summary>Long enough that all are started before the first ends.</summary>
    private const double StartSeconds = 40;

    /// <summary>Before the first task's end.</summary>
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Most = TimeSpan.FromMinutes(5);

    public override int Place => 10;

    public override string About =>
        $"two workers, {Tasks} starts of {StartSeconds:0} s in flight; the busier worker, which watches the tasks, is killed with kill -9 {Before.TotalSeconds:0} s before the first of them ends. Late is from a task's end in Proxmox to its job's.";

    public override async Task<IReadOnlyList<Row>> MeasureAsync(Surroundings surroundings, CancellationToken stopping)
    {
        var options = new PanelOptions { Site = new Site { Vms = Tasks, StartSeconds = StartSeconds }, AtOnce = Tasks, Workers = 2 };
        await using var panel = await Panel.StartAsync(surroundings, Name, options, stopping);
        await panel.ActAsync("start", panel.Vms, stopping);
        IReadOnlyList<ProxmoxTask> tasks = [];
        await Wait.UntilAsync(async () => (tasks = await panel.Simulator.TasksAsync("qmstart")).Count >= Tasks, "Starting all tasks", Most, stopping, everyMs: 500);
        var kill = tasks.Min(task => task.StartedAt) + TimeSpan.FromSeconds(StartSeconds) - Before;
        var busier = await BusierAsync(panel, stopping);
        await Task.Delay(kill > DateTimeOffset.UtcNow ? kill - DateTimeOffset.UtcNow : TimeSpan.Zero, stopping);
        var inFlight = (await panel.Simulator.TasksAsync("qmstart")).Count(task => task.EndedAt is null);
        await busier.KillAsync();
        await panel.AllOverAsync(Most, stopping);

        await panel.AllSucceededAsync();
        var late = new List<double>();
        foreach (var task in await panel.Simulator.TasksAsync("qmstart"))
        {
            var vm = panel.Vms.First(vm => $"{vm.VmId}" == task.Id);
            var end = await panel.Database.TextAsync($"SELECT DATE_FORMAT(finished_at, '%Y-%m-%dT%H:%i:%s.%fZ') FROM jobs WHERE target_type = 'vm' AND target_id = {vm.Id}");
            late.Add((DateTimeOffset.Parse(end, null) - task.End).TotalSeconds);
        }

        return
        [
            new Row("tasks in flight when it was killed", inFlight),
            new Row("jobs that succeeded", await panel.Database.NumberAsync("SELECT COUNT(*) FROM jobs WHERE status = 'succeeded'"), new Goal($"all {Tasks}", number => number == Tasks)),
            new Row("VMs started twice", late.Count - Tasks, Goal.AtMost(0, "none")),
            new Row("latest job's end after its task's, s", late.Max(), Goal.AtMost(15, "≤ 15 s")),
            new Row("median of them, s", late.Percentile(50)),
        ];
    }

    private static async Task<HostProcess> BusierAsync(Panel panel, CancellationToken stopping)
    {
        var before = panel.Workers.Select(worker => ProcessTimes.Cpu(worker.Id)).ToList();
        await Task.Delay(TimeSpan.FromSeconds(3), stopping);
        return panel.Workers.Zip(before).MaxBy(worker => ProcessTimes.Cpu(worker.First.Id) - worker.Second).First;
    }
}
