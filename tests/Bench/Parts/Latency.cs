using MultiPanel.Bench.Report;
using MultiPanel.Bench.Stack;

namespace MultiPanel.Bench.Parts;

/// <summary>How soon a client hears that a task in Proxmox has ended.</summary>
internal sealed class Latency : Part
{
    private const int Starts = 100;

    /// <summary>Apart enough not to hinder each other, and out of step with the watcher's tick.</summary>
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(137);

    /// <summary>Ends a part that would hang, not one on a busy machine.</summary>
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(5);

    /// <summary><c>WATCH_TICK_MS</c>.</summary>
    private const double TickMs = 500;

    public override int Place => 5;

    public override string About => $"{Starts} starts, one every {Apart.TotalMilliseconds} ms; from the task's end in Proxmox to the event with the job's final status at a client of /api/jobs/events.";

    public override async Task<IReadOnlyList<Row>> MeasureAsync(Surroundings surroundings, CancellationToken stopping)
    {
        await using var panel = await Panel.StartAsync(surroundings, Name, new PanelOptions { Site = new Site { Vms = Starts } }, stopping);
        // Compiled by then; the stops are not measured.
        await panel.ActAsync("start", panel.Vms, stopping);
        await panel.AllOverAsync(Most, stopping);
        await panel.ActAsync("stop", panel.Vms, stopping);
        await panel.AllOverAsync(Most, stopping);

        await using var feed = await EventFeed.OpenAsync(panel, stopping);
        var begin = DateTimeOffset.UtcNow;
        var jobs = new Dictionary<string, Guid>();
        foreach (var vm in panel.Vms)
        {
            var next = Task.Delay(Apart, stopping);
            jobs[$"{vm.VmId}"] = await panel.CommandAsync($"/api/vms/{vm.Id}/start", null, stopping);
            await next;
        }

        await panel.AllOverAsync(Most, stopping);
        await Task.Delay(TimeSpan.FromSeconds(2), stopping);
        await panel.AllSucceededAsync();
        var late = (await panel.Simulator.TasksAsync("qmstart"))
            .Where(task => task.StartedAt >= begin && feed.Ends.ContainsKey(jobs[task.Id]))
            .Select(task => (feed.Ends[jobs[task.Id]] - task.End).TotalMilliseconds)
            .ToList();
        return
        [
            new Row("ms from the task's end to the event, p50", late.Percentile(50)),
            new Row("ms from the task's end to the event, p99", late.Percentile(99), Goal.AtMost(TickMs + 50, "≤ tick + 50 ms = 550")),
            new Row("jobs whose end was reported", late.Count, new Goal($"all {Starts}", reported => reported == Starts)),
        ];
    }
}
