using System.Globalization;
using MultiPanel.Chaos.Tests.Plan;
using MultiPanel.Chaos.Tests.Rules;
using MultiPanel.Simulator;
using MultiPanel.TestKit.Processes;

namespace MultiPanel.Chaos.Tests;

/// <summary>
/// Mixed jobs of three companies over two clusters, while whatever can die dies. <c>CHAOS_SEED</c> replays a run's plan,
/// <c>CHAOS_JOBS</c> sets its size.
/// </summary>
[NonParallelizable]
public sealed class ChaosTests
{
    /// <summary>For all commands; they take one or two minutes where nothing else runs. <c>ops/test</c> ends a test after eight minutes.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [Test]
    public async Task Whatever_dies_every_accepted_job_ends_with_exactly_its_effect()
    {
        var plan = ChaosPlan.Make(Setting("CHAOS_SEED", Random.Shared.Next(1, 1_000_000)), Setting("CHAOS_JOBS", 210));
        await TestContext.Progress.WriteLineAsync($"CHAOS_SEED={plan.Seed} CHAOS_JOBS={plan.Jobs}\n{string.Join('\n', plan.Blows)}");
        await using var installation = await Installation.StartAsync(new InstallationOptions
        {
            Workers = ChaosPlan.Workers,
            // A linked clone takes a second, a full one of 32 GiB three.
            Simulator = SimulatorOptions.Demo() with { TimeScale = 2 },
            Settings = new Dictionary<string, string> { ["WATCH_TICK_MS"] = "250", ["INVENTORY_SECONDS"] = "2" },
        });
        var run = new ChaosRun(plan, installation);
        await run.RunAsync(Limit);
        var logs = await installation.SaveLogsAsync($"chaos-{plan.Seed}");
        await File.WriteAllTextAsync(Path.Combine(logs, "plan.txt"), plan.ToString());

        var evidence = await Evidence.GatherAsync(installation, run.Tally);
        await File.WriteAllTextAsync(Path.Combine(logs, "jobs.txt"), evidence.Jobs());
        var broken = Rule.All.SelectMany(rule => rule.Broken(evidence).Select(how => $"{rule}: {how}")).Concat(run.Problems).ToList();
        await TestContext.Progress.WriteLineAsync($"{run}\n{evidence}");
        Assert.That(broken, Is.Empty, $"CHAOS_SEED={plan.Seed} CHAOS_JOBS={plan.Jobs}; the hosts' logs, the plan and all jobs are in {logs}\n{evidence.Jobs(broken)}");
        Directory.Delete(logs, recursive: true);
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
