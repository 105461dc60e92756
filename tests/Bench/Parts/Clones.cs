using System.Text.Json;
using MultiPanel.Bench.Counters;
using MultiPanel.Bench.Report;
using MultiPanel.Bench.Stack;

namespace MultiPanel.Bench.Parts;

/// <summary>Linked clones with a configuration of their own, from the command to the job's end.</summary>
internal sealed class Clones : Part
{
    /// <summary>A run; two of them make the 300 of the goal.</summary>
    private const int Number = 150;

    private const int WarmUp = 30;

    /// <summary>Where no VMID of ours lies.</summary>
    private const int RivalsFirstVmId = 500_000;

    private static readonly TimeSpan Most = TimeSpan.FromMinutes(5);

    public override int Place => 3;

    public override string About =>
        $"linked clones with cores, memory and tags set, {Number} a run, up to 100 at once, of three templates on three nodes; the simulator is 10 times as fast as Proxmox.";

    public override async Task<IReadOnlyList<Row>> MeasureAsync(Surroundings surroundings, CancellationToken stopping)
    {
        await using var panel = await Panel.StartAsync(surroundings, Name, new PanelOptions { Site = new Site { TimeScale = 10 } }, stopping);
        var meter = new Meter(panel);
        var made = 0;
        await CloneAsync(panel, WarmUp, "warm", stopping);
        var all = new List<Counts>();
        var rivals = new List<Counts>();
        for (var run = 0; run < 2; run++)
        {
            all.Add(await meter.CountAllAsync(() => CloneAsync(panel, Number, $"run{run}", stopping), stopping));
            await using var rival = await Rival.StartAsync(surroundings, panel.Simulator, stopping);
            await rival.RunAsync(Order(panel, WarmUp, ref made), stopping);
            rivals.Add(await rival.MeasureAsync(Order(panel, Number, ref made), stopping) / Number);
        }

        var idle = await meter.IdleASecondAsync(TimeSpan.FromSeconds(10), stopping);
        var ours = all.ConvertAll(run => Meter.Net(run, idle) / Number);
        await panel.AllSucceededAsync();
        return
        [
            Row.Of("linked clones a second", ours, rivals, run => 1 / run.Seconds, Goal.AtLeast(1, "≥ 1×")),
            Row.Of("CPU of Api + worker for one, ms", ours, rivals, run => run.Cpu * 1000),
            Row.Of("CPU of the stores for one, ms", ours, rivals, run => run.StoreCpu * 1000),
            Row.Of("Proxmox calls for one", ours, rivals, run => run.ProxmoxCalls),
            Row.Of("SQL statements for one", ours, run => run.Statements),
            Row.Of("Redis commands for one, in scripts too", ours, run => run.RedisCommands),
            Row.Of("messages published for one", ours, run => run.Messages),
        ];
    }

    private static async Task CloneAsync(Panel panel, int number, string name, CancellationToken stopping)
    {
        await panel.CloneAsync(number, name, stopping);
        await panel.AllOverAsync(Most, stopping);
    }

    private static JsonElement Order(Panel panel, int number, ref int made)
    {
        var first = RivalsFirstVmId + made;
        made += number;
        return JsonSerializer.SerializeToElement(new
        {
            action = "clone",
            vms = Enumerable.Range(0, number).Select(index => (VmId: first + index, Of: panel.Templates[index % panel.Templates.Count]))
                .Select(clone => new { node = clone.Of.Node, vmId = clone.VmId, template = clone.Of.VmId }),
        });
    }
}
