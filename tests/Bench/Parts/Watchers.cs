using System.Diagnostics;
using System.Security.Cryptography;
using MultiPanel.Bench.Counters;
using MultiPanel.Bench.Report;
using MultiPanel.Bench.Stack;

namespace MultiPanel.Bench.Parts;

/// <summary>What many open pages that follow all jobs do to those who hand in commands, and what each of them costs.</summary>
internal sealed class Watchers : Part
{
    private const int Many = 500, Past = 20_000, Vms = 300, AUser = 20;

    /// <summary>Enough for about 100 events a second: a stop makes four or more.</summary>
    private const int Commands = 200, ASecond = 25;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), Most = TimeSpan.FromMinutes(5);

    public override int Place => 6;

    public override string About =>
        $"{Many} watchers of /api/jobs/events against one, {Past} jobs in history, {ASecond} commands a second for {Commands / ASecond} s.";

    public override async Task<IReadOnlyList<Row>> MeasureAsync(Surroundings surroundings, CancellationToken stopping)
    {
        await using var panel = await Panel.StartAsync(surroundings, Name, new PanelOptions { Site = new Site { Vms = Vms } }, stopping);
        await panel.ActAsync("start", panel.Vms.Take(50), stopping);
        await panel.AllOverAsync(Most, stopping);
        await PastJobs.AddAsync(panel.Database, 1, Past);
        var tokens = await TokensAsync(panel, stopping);
        await RoundAsync(panel, tokens, 1, stopping);
        var (one, many) = (new List<Round>(), new List<Round>());
        for (var run = 0; run < 2; run++)
        {
            one.Add(await RoundAsync(panel, tokens, 1, stopping));
            many.Add(await RoundAsync(panel, tokens, Many, stopping));
        }

        return
        [
            Row.Of($"command's p99, ms; {Many} watchers against 1", many, one, round => round.Took.Percentile(99), Goal.AtMost(2, "≤ 2×")),
            Row.Of("command's p50, ms", many, one, round => round.Took.Percentile(50)),
            Row.Of($"commands answered within {Patience.TotalSeconds:0} s, of {Commands}", many, one, round => round.Took.Count, Goal.AtLeast(1, "all")),
            Row.Of("events a second at a watcher", many, one, round => round.Events),
            Row.Of("CPU of the Api, % of a core", many, one, round => round.Cpu * 100),
            new Row("  a watcher", (many.Average(round => round.Cpu) - one.Average(round => round.Cpu)) * 100 / (Many - 1), Goal.AtMost(0.2, "≤ 0.2 %")),
            Row.Of("memory of the Api, MB", many, one, round => round.Memory),
            // Of the first round of each: a process rarely gives back what it once took.
            new Row("  a watcher", (many[0].Memory - one[0].Memory) / (Many - 1), Goal.AtMost(0.5, "≤ 0.5 MB")),
        ];
    }

    /// <summary>Of as many users as it takes, since each may have only so many streams.</summary>
    private static async Task<IReadOnlyList<string>> TokensAsync(Panel panel, CancellationToken stopping)
    {
        var tokens = new List<string>();
        for (var number = 0; number < Many / AUser; number++)
        {
            var (name, password) = ($"watcher{number}", Convert.ToHexString(RandomNumberGenerator.GetBytes(12)));
            await panel.Client.SendAsync(HttpMethod.Post, "/api/users", new { username = name, email = $"{name}@bench.test", password, role = "super_admin" }, stopping);
            using var client = new PanelClient(panel.Address);
            await client.SignInAsync(name, password, stopping);
            tokens.Add(client.Token);
        }

        return tokens;
    }

    private static async Task<Round> RoundAsync(Panel panel, IReadOnlyList<string> tokens, int count, CancellationToken stopping)
    {
        await using var watchers = await OpenStreams.OpenAsync(panel, tokens, count, stopping);
        await Task.Delay(TimeSpan.FromSeconds(1), stopping);
        var (cpu, events, watch) = (ProcessTimes.Cpu(panel.Api.Id), watchers.Events, Stopwatch.StartNew());
        var commands = new List<Task<double?>>();
        for (var number = 0; number < Commands; number++)
        {
            var due = TimeSpan.FromSeconds(number / (double)ASecond) - watch.Elapsed;
            await Task.Delay(due > TimeSpan.Zero ? due : TimeSpan.Zero, stopping);
            commands.Add(CommandAsync(panel, panel.Vms[number], stopping));
        }

        var took = await Task.WhenAll(commands);
        var (seconds, used, heard) = (watch.Elapsed.TotalSeconds, ProcessTimes.Cpu(panel.Api.Id) - cpu, watchers.Events - events);
        var memory = ProcessTimes.ResidentMb(panel.Api.Id);
        await panel.AllOverAsync(Most, stopping);
        return new Round([.. took.OfType<double>()], heard / seconds, used / seconds, memory);
    }

    /// <returns>How long the answer took, in ms; null: too long.</returns>
    private static async Task<double?> CommandAsync(Panel panel, BenchVm vm, CancellationToken stopping)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(Patience);
        var watch = Stopwatch.StartNew();
        try
        {
            await panel.CommandAsync($"/api/vms/{vm.Id}/stop", null, patience.Token);
            return watch.Elapsed.TotalMilliseconds;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return null;
        }
    }

    private sealed record Round(IReadOnlyList<double> Took, double Events, double Cpu, double Memory);
}
