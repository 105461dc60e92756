using MultiPanel.Simulator;
using MultiPanel.TestKit.Processes;

namespace MultiPanel.Integration.Tests.Budget;

/// <summary>
/// What a job may cost, from its command to its end, API and worker together, as the servers count it. The limits are what was
/// measured and a little more, so that a change that costs more is seen; lower them with each change that costs less.
/// DESIGN.md, 5, wants 12 SQL statements, 10 Redis round trips and 3 messages of an operation.
/// </summary>
[NonParallelizable]
public sealed class BudgetTests
{
    /// <summary>Enough that the watcher's ticks, which serve all at once, weigh little.</summary>
    private const int Vms = 60;

    /// <summary>Measured: 3.5 to 3.8 Proxmox calls, 26 to 28 SQL statements, 12 to 12.6 Redis round trips, 3.3 to 3.6 messages.</summary>
    private static readonly Spending Operation = new(ProxmoxCalls: 4, Statements: 30, RedisRoundTrips: 15, Messages: 4);

    /// <summary>A linked clone that is configured and not started. Measured: 8.7 Proxmox calls, 62 SQL statements, 25 Redis round trips, 8 messages.</summary>
    private static readonly Spending Clone = new(ProxmoxCalls: 10, Statements: 68, RedisRoundTrips: 29, Messages: 9);

    [Test]
    public async Task A_clone_a_start_and_a_stop_stay_within_their_budget()
    {
        await using var installation = await Installation.StartAsync(new InstallationOptions
        {
            Workers = 1,
            Simulator = SimulatorOptions.Demo() with { TimeScale = 10 },
        });
        using var acme = await installation.SignInAsync("acme");
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
        });

        async Task<IReadOnlyList<Guid>> ActAsync(string action, IReadOnlyList<int> ids)
        {
            var jobs = new Guid[ids.Count];
            await Parallel.ForAsync(0, ids.Count, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, _) =>
                jobs[number] = await acme.CommandAsync(HttpMethod.Post, $"/api/vms/{ids[number]}/{action}"));
            return jobs;
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
