using MultiPanel.Bench.Counters;
using MultiPanel.Bench.Report;
using MultiPanel.Bench.Stack;

namespace MultiPanel.Bench.Parts;

/// <summary>How many commands are taken on a second, safely stored, while no worker runs.</summary>
internal sealed class Accept : Part
{
    private static readonly TimeSpan FirstWarmUp = TimeSpan.FromSeconds(8), WarmUp = TimeSpan.FromSeconds(3), Length = TimeSpan.FromSeconds(6);

    public override int Place => 2;

    public override string About =>
        "32 clients hand in one command after the other; no worker runs. BullMQ's web server checks the token and its Redis syncs its file each second, as MariaDB does its log. "
        + "The plain insert is no product: a web server, one INSERT, no checks. Hangfire is missing: NuGet served neither of its MySQL storages when this was written.";

    public override async Task<IReadOnlyList<Row>> MeasureAsync(Surroundings surroundings, CancellationToken stopping)
    {
        await using var panel = await Panel.StartAsync(surroundings, Name, new PanelOptions { Site = new Site { Vms = 300 } }, stopping);
        await panel.Workers[0].KillAsync();
        var (ours, bullmq, plain) = (new List<Run>(), new List<Run>(), new List<Run>());
        await CommandLoad.RunAsync(panel.Address, panel.Client.Token, Path(panel), FirstWarmUp, stopping);
        for (var run = 0; run < 2; run++)
        {
            ours.Add(await MeasureAsync(panel, panel.Api.Id, panel.Address, panel.Client.Token, stopping));
            bullmq.Add(await RivalAsync(panel, await WebRival.BullMqAsync(surroundings, stopping), stopping));
            plain.Add(await RivalAsync(panel, await WebRival.PlainInsertAsync(surroundings, panel.Database, stopping), stopping));
        }

        return
        [
            Row.Of("accepted commands a second, BullMQ", ours, bullmq, run => run.Rate, Goal.AtLeast(1, "≥ 1×")),
            Row.Of("CPU of the accepting process for one, ms, BullMQ", ours, bullmq, run => run.CpuMs),
            Row.Of("  the same, in all", ours, run => run.CpuMs, Goal.AtMost(3, "≤ 3 ms")),
            Row.Of("answered within ms, p99, BullMQ", ours, bullmq, run => run.P99),
            Row.Of("accepted commands a second, plain insert", ours, plain, run => run.Rate),
            Row.Of("CPU of the accepting process for one, ms, plain insert", ours, plain, run => run.CpuMs),
            Row.Of("SQL statements for one, plain insert", ours, plain, run => run.Statements),
        ];
    }

    private static async Task<Run> RivalAsync(Panel panel, WebRival rival, CancellationToken stopping)
    {
        await using (rival)
        {
            await CommandLoad.RunAsync(rival.Address, rival.Token, Path(panel), WarmUp, stopping);
            return await MeasureAsync(panel, rival.ProcessId, rival.Address, rival.Token, stopping);
        }
    }

    private static async Task<Run> MeasureAsync(Panel panel, int process, Uri address, string token, CancellationToken stopping)
    {
        var (cpu, sql) = (ProcessTimes.Cpu(process), (await panel.Database.CountAsync()).Statements);
        var (accepted, seconds, took) = await CommandLoad.RunAsync(address, token, Path(panel), Length, stopping);
        return new Run(
            accepted / seconds,
            (ProcessTimes.Cpu(process) - cpu) * 1000 / accepted,
            took.Percentile(99),
            ((await panel.Database.CountAsync()).Statements - sql) / accepted);
    }

    /// <summary>Starts of all VMs, then stops of all, and so on.</summary>
    private static Func<int, string> Path(Panel panel) =>
        number => $"/api/vms/{panel.Vms[number % panel.Vms.Count].Id}/{(number / panel.Vms.Count % 2 == 0 ? "start" : "stop")}";

    private sealed record Run(double Rate, double CpuMs, double P99, double Statements);
}
