using MultiPanel.Contracts.Admission;
using MultiPanel.Simulator;
using MultiPanel.TestKit.Processes;

namespace MultiPanel.Integration.Tests.Budget;

/// <summary>
/// What a job may cost, from its command to its end, API and worker together, as the servers count it, where no job waits for a
/// slot: a place in a line costs two SQL statements, two round trips and a message more.
/// </summary>
[NonParallelizable]
public sealed class BudgetTests
{
    /// <summary>Enough that the watcher's ticks, which serve all at once, weigh little.</summary>
    private const int Vms = 60;

    /// <summary>DESIGN.md, 5. Messages: what the backlog's jobs cost more than 3 is not theirs.</summary>
    private static readonly Spending Operation = new(ProxmoxCalls: 4, Statements: 12, RedisRoundTrips: 10, Messages: 3.1);

    /// <summary>A linked clone that is configured and not started.</summary>
    private static readonly Spending Clone = new(ProxmoxCalls: 9.5, Statements: 32, RedisRoundTrips: 20, Messages: 7.5);

    /// <summary>A second of an installation of two clusters in which nothing happens.</summary>
    private static readonly Spending Idle = new(ProxmoxCalls: 2, Statements: 8, RedisRoundTrips: 15, Messages: 0.5);

    [Test]
    public async Task A_clone_a_start_and_a_stop_stay_within_their_budget()
    {
        await using var installation = await Installation.StartAsync(new InstallationOptions
        {
            Workers = 1,
            // A refused clone costs more; how many are refused would depend on how quick this machine is.
            Simulator = SimulatorOptions.Demo() with { TimeScale = 10, MaxClonesPerNode = Vms },
        });
        using var acme = await installation.SignInAsync("acme");
        await LiftLimitsAsync(installation);
        var warmedUp = await installation.SucceedAsync(await installation.CloneAsync(acme, 4));
        await installation.SucceedAsync(await ActAsync("start", [.. warmedUp.Select(job => job.TargetId!.Value)]));
        await using var meter = await SpendingMeter.StartAsync(installation);
        var idle = await meter.IdleASecondAsync();

        var clones = new List<Guid>();
        var clone = await meter.CountAsync(
            async () =>
            {
                clones.AddRange(await installation.CloneAsync(acme, Vms));
                return clones;
            },
            idle);
        var vms = (await installation.SucceedAsync(clones)).Select(job => job.TargetId!.Value).ToList();
        var start = await meter.CountAsync(() => ActAsync("start", vms), idle);
        var stop = await meter.CountAsync(() => ActAsync("stop", vms), idle);

        await TestContext.Progress.WriteLineAsync($"a clone: {clone}\na start: {start}\na stop: {stop}\nidle, a second: {idle}");
        Assert.Multiple(() =>
        {
            Within(clone, Clone, "a clone");
            Within(start, Operation, "a start");
            Within(stop, Operation, "a stop");
            Within(idle, Idle, "an idle second");
        });

        async Task<IReadOnlyList<Guid>> ActAsync(string action, IReadOnlyList<int> ids)
        {
            var jobs = new Guid[ids.Count];
            await Parallel.ForAsync(0, ids.Count, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, _) =>
                jobs[number] = await acme.CommandAsync(HttpMethod.Post, $"/api/vms/{ids[number]}/{action}"));
            return jobs;
        }
    }

    /// <summary>The workers have them a second later, long before the idle time has been measured.</summary>
    private static async Task LiftLimitsAsync(Installation installation)
    {
        using var admin = await installation.SignInAsync("admin");
        var none = new ClassLimits(PerNode: Vms, PerStorage: Vms, PerCluster: Vms);
        var limits = new Dictionary<string, ClassLimits> { [AdmissionClass.Clone] = none, [AdmissionClass.Power] = none };
        foreach (var cluster in installation.Tenants.Clusters.Values)
        {
            await admin.PutAsync<AdmissionView>($"/api/clusters/{cluster}/admission", new { limits });
        }
    }

    private static void Within(Spending spent, Spending budget, string what)
    {
        Assert.That(spent.ProxmoxCalls, Is.LessThanOrEqualTo(budget.ProxmoxCalls), $"Proxmox calls of {what}");
        Assert.That(spent.Statements, Is.LessThanOrEqualTo(budget.Statements), $"SQL statements of {what}");
        Assert.That(spent.RedisRoundTrips, Is.LessThanOrEqualTo(budget.RedisRoundTrips), $"Redis round trips of {what}");
        Assert.That(spent.Messages, Is.LessThanOrEqualTo(budget.Messages), $"messages of {what}");
    }
}
