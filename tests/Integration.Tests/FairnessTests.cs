using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data.Jobs;
using MultiPanel.Sagas.Admission;
using MultiPanel.Simulator;
using MultiPanel.TestKit;
using MultiPanel.TestKit.Processes;
using StackExchange.Redis;

namespace MultiPanel.Integration.Tests;

/// <summary>What one company does to another by asking for much. Counted in turns, which a busy machine does not change; the times are printed.</summary>
[NonParallelizable]
public sealed class FairnessTests
{
    /// <summary>All consumers of both workers, which may just have been filled, twice: once for the saga's message, once for the step's.</summary>
    private const int FullHands = 2 * 2 * 16;

    [Test]
    public async Task A_thousand_clones_of_one_company_delay_neither_anothers_start_nor_its_clone()
    {
        await using var installation = await Installation.StartAsync(new InstallationOptions { Simulator = SimulatorOptions.Demo() with { TimeScale = 1 } });
        using var acme = await installation.SignInAsync("acme");
        using var globex = await installation.SignInAsync("globex");
        var east = installation.Simulator.Clusters[0];
        var own = await installation.SucceedAsync(await installation.CloneAsync(globex, 2));
        var alone = await StartAsync(installation, globex, own[0].TargetId!.Value);

        var thousand = await installation.CloneAsync(acme, 1_000);
        var start = await StartAsync(installation, globex, own[1].TargetId!.Value);
        var overtook = await BegunAsync(installation, thousand, start.CreatedAt, start.StartedAt!.Value);
        var accepted = DateTimeOffset.UtcNow;
        var clone = (await installation.CloneAsync(globex, 1)).Single();

        var inLine = await InLineAsync(installation, clone);
        var row = (await installation.UntilAsync([clone], job => job.Step(CloneVmSteps.Clone)!.Upid is not null, "the clone runs")).Single();
        var node = east.Tasks.Single(task => task.Upid == row.Step(CloneVmSteps.Clone)!.Upid).Node;
        var begun = east.Tasks.Where(task => task.Type == "qmclone" && task.Node == node && task.StartedAt > inLine)
            .TakeWhile(task => task.Upid != row.Step(CloneVmSteps.Clone)!.Upid).Count();
        await installation.SucceedAsync([clone]);

        await TestContext.Progress.WriteLineAsync(
            $"a start began {Delay(installation, alone).TotalMilliseconds:0} ms after its accept with nothing else to do, and {Delay(installation, start).TotalMilliseconds:0} ms, {overtook} others first, with 1,000 clones before it; the clone was in line {(inLine - accepted).TotalSeconds:0.0} s after it was handed in, and {begun} others began before it");
        Assert.Multiple(() =>
        {
            Assert.That(overtook, Is.LessThanOrEqualTo(FullHands));
            Assert.That(begun, Is.LessThanOrEqualTo(AdmissionLimits.Default.For(AdmissionClass.Clone).PerNode));
        });
    }

    private static async Task<Job> StartAsync(Installation installation, PanelClient client, int vm) =>
        (await installation.SucceedAsync([await client.CommandAsync(HttpMethod.Post, $"/api/vms/{vm}/start")])).Single();

    /// <summary>From the command's accept to the beginning of Proxmox's task.</summary>
    private static TimeSpan Delay(Installation installation, Job start) =>
        installation.Simulator.Clusters[0].Tasks.Single(task => task.Upid == start.Step(VmOperationSteps.Task)!.Upid).StartedAt - start.CreatedAt;

    /// <summary>How many of the jobs began between the two times.</summary>
    private static async Task<int> BegunAsync(Installation installation, IReadOnlyList<Guid> jobs, DateTime from, DateTime to)
    {
        await using var db = installation.Database.OpenAll();
        return await db.Jobs.CountAsync(job => jobs.Contains(job.Id) && job.StartedAt > from && job.StartedAt < to);
    }

    /// <summary>When the job was first seen to hold or to wait for a slot.</summary>
    private static async Task<DateTimeOffset> InLineAsync(Installation installation, Guid job)
    {
        await using var redis = await installation.Redis.ConnectAsync();
        await using var services = new ServiceCollection().AddLogging().AddSingleton<IConnectionMultiplexer>(redis).AddAdmission().BuildServiceProvider();
        var admission = services.GetRequiredService<IAdmission>();
        var cluster = installation.Tenants.Clusters["pve-east"].ToString(CultureInfo.InvariantCulture);
        await Eventually.IsAsync(
            async () =>
            {
                var report = await admission.ReportAsync(cluster, default);
                return report.Holders.Any(holder => holder.Slot.JobId == job) || report.Waiters.Any(waiter => waiter.Wanted.JobId == job);
            },
            "the clone is in line", TimeSpan.FromMinutes(2));
        return DateTimeOffset.UtcNow;
    }
}
