using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Simulator;
using MultiPanel.TestKit;
using MultiPanel.TestKit.Processes;
using StackExchange.Redis;

namespace MultiPanel.Outage.Tests;

/// <summary>What becomes of the jobs of a worker that goes.</summary>
[NonParallelizable]
public sealed class TakeoverTests
{
    private const int InFlight = 500;

    [Test]
    public async Task A_worker_killed_with_500_jobs_in_flight_is_taken_over_within_15_s_and_nothing_is_done_twice()
    {
        var clock = new ShiftedClock();
        await using var installation = await Installation.StartAsync(new InstallationOptions
        {
            Workers = 3,
            // Clones that take half an hour, until the test lets that pass.
            Simulator = SimulatorOptions.Demo() with
            {
                Clock = clock,
                TimeScale = 10,
                MaxClonesPerNode = InFlight,
                Speed = new SimulatorSpeed { LinkedClone = TimeSpan.FromHours(5), Allocation = TimeSpan.FromMilliseconds(1) },
            },
        });
        await RaiseLimitsAsync(installation);
        using var acme = await installation.SignInAsync("acme");
        var east = installation.Simulator.Clusters[0];
        var jobs = await installation.CloneAsync(acme, InFlight);
        await installation.UntilAsync(jobs, job => job.Step(CloneVmSteps.Clone) is { Upid: not null }, "every clone runs", TimeSpan.FromMinutes(2));
        Assert.That(east.Tasks.Count(task => task is { Type: "qmclone", EndedAt: null }), Is.EqualTo(InFlight));

        var watcher = await WatcherAsync(installation);
        var mark = $"-{watcher.Process.Id}-";
        var its = (await installation.UntilAsync(jobs, _ => true, "they are there"))
            .Where(job => job.Step(CloneVmSteps.Clone)!.Worker!.Contains(mark, StringComparison.Ordinal)).Select(job => job.Id).ToList();
        var before = await ActiveUntilAsync(installation, its);
        await watcher.Process.KillAsync();
        var since = Stopwatch.StartNew();
        // The one that has ended cannot prolong what it said: who does has taken the job over.
        await Eventually.IsAsync(
            async () => (await ActiveUntilAsync(installation, its)).Zip(before).All(until => until.First > until.Second),
            "others make progress with all", TimeSpan.FromMinutes(1));
        var taken = since.Elapsed;

        clock.Advance(TimeSpan.FromHours(1));
        since.Restart();
        await installation.SucceedAsync(jobs, TimeSpan.FromMinutes(3));
        await TestContext.Progress.WriteLineAsync(
            $"{its.Count} of {InFlight} jobs were the killed worker's; the others had taken them over in {taken.TotalSeconds:0.0} s, and all ended {since.Elapsed.TotalSeconds:0.0} s after Proxmox had done its part");
        Assert.Multiple(() =>
        {
            Assert.That(its, Is.Not.Empty);
            Assert.That(taken, Is.LessThanOrEqualTo(TimeSpan.FromSeconds(15)));
            Assert.That(east.Vms.Count(vm => vm.Tags.Contains("multipanel")), Is.EqualTo(InFlight));
            Assert.That(east.Tasks.Count(task => task.Type == "qmclone"), Is.EqualTo(InFlight));
        });
    }

    [Test]
    public async Task A_worker_that_gets_SIGTERM_says_what_it_hands_over_and_nothing_is_lost()
    {
        await using var installation = await Installation.StartAsync(new InstallationOptions
        {
            Simulator = SimulatorOptions.Demo() with { TimeScale = 2 },
        });
        using var acme = await installation.SignInAsync("acme");
        var jobs = await installation.CloneAsync(acme, 30);
        var first = installation.Workers[0];
        await installation.UntilAsync(
            [jobs[0]], job => job.Step(CloneVmSteps.Clone)!.Upid is not null || job.IsFinal, "the first clone runs");

        await first.Process.TerminateAsync();

        Assert.That(first.Process.ExitCode, Is.Zero, first.Said);
        Assert.That(first.Said, Does.Match(@"Stopped\. Handed over [1-9]\d* jobs to the other workers"));
        await installation.SucceedAsync(jobs);
        Assert.That(installation.Simulator.Clusters[0].Vms.Count(vm => vm.Tags.Contains("multipanel")), Is.EqualTo(jobs.Count));
    }

    private static async Task RaiseLimitsAsync(Installation installation)
    {
        await using var db = installation.Database.OpenAll();
        foreach (var cluster in await db.Clusters.ToListAsync())
        {
            cluster.Limits = AdmissionLimits.Default.With(AdmissionClass.Clone, new ClassLimits(InFlight, InFlight, InFlight));
        }

        await db.SaveChangesAsync();
    }

    /// <summary>Until when each job is expected to make progress, in ms; a worker that acts on it prolongs that.</summary>
    private static async Task<IReadOnlyList<double>> ActiveUntilAsync(Installation installation, IReadOnlyList<Guid> jobs)
    {
        await using var redis = await installation.Redis.ConnectAsync();
        var until = await redis.GetDatabase().SortedSetScoresAsync("mp:activity", [.. jobs.Select(job => (RedisValue)job.ToString())]);
        return [.. until.Select(score => score ?? 0)];
    }

    /// <summary>The worker whose loss costs most: it watches the tasks.</summary>
    private static async Task<PanelHost> WatcherAsync(Installation installation)
    {
        await using var redis = await installation.Redis.ConnectAsync();
        var owner = (await redis.GetDatabase().StringGetAsync($"mp:watch:{installation.Tenants.Clusters["pve-east"]}:lease")).ToString();
        return installation.Workers.Single(worker => owner.Contains($"-{worker.Process.Id}-", StringComparison.Ordinal));
    }
}
