using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Admission;
using MultiPanel.Sagas.Admission;
using MultiPanel.Simulator;
using MultiPanel.TestKit;
using MultiPanel.TestKit.Processes;
using StackExchange.Redis;

namespace MultiPanel.Integration.Tests;

/// <summary>What one company does to another by asking for much.</summary>
[NonParallelizable]
public sealed class FairnessTests
{
    [Test]
    public async Task A_thousand_clones_of_one_company_delay_neither_anothers_start_nor_its_clone()
    {
        await using var installation = await Installation.StartAsync(new InstallationOptions { Simulator = SimulatorOptions.Demo() with { TimeScale = 1 } });
        using var acme = await installation.SignInAsync("acme");
        using var globex = await installation.SignInAsync("globex");
        var east = installation.Simulator.Clusters[0];
        var own = await installation.SucceedAsync(await installation.CloneAsync(globex, 2));
        var alone = await StartDelayAsync(installation, globex, own[0].TargetId!.Value);

        await installation.CloneAsync(acme, 1_000);
        var delay = await StartDelayAsync(installation, globex, own[1].TargetId!.Value);
        var accepted = DateTimeOffset.UtcNow;
        var clone = (await installation.CloneAsync(globex, 1)).Single();

        var inLine = await InLineAsync(installation, clone);
        var row = (await installation.UntilAsync([clone], job => job.Step(CloneVmSteps.Clone)!.Upid is not null, "the clone runs")).Single();
        var begun = east.Tasks.Where(task => task.Type == "qmclone" && task.StartedAt > inLine)
            .TakeWhile(task => task.Upid != row.Step(CloneVmSteps.Clone)!.Upid).Count();
        await installation.SucceedAsync([clone]);

        await TestContext.Progress.WriteLineAsync(
            $"a start began {alone.TotalMilliseconds:0} ms after its accept with nothing else to do, and {delay.TotalMilliseconds:0} ms with 1,000 clones before it; the clone was in line {(inLine - accepted).TotalSeconds:0.0} s after it was handed in, and {begun} others began before it");
        Assert.Multiple(() =>
        {
            Assert.That(delay - alone, Is.LessThanOrEqualTo(TimeSpan.FromSeconds(1)));
            Assert.That(begun, Is.LessThanOrEqualTo(AdmissionLimits.Default.For(AdmissionClass.Clone).PerNode));
        });
    }

    /// <summary>From the answer to the command to the beginning of Proxmox's task.</summary>
    private static async Task<TimeSpan> StartDelayAsync(Installation installation, PanelClient client, int vm)
    {
        var start = await client.CommandAsync(HttpMethod.Post, $"/api/vms/{vm}/start");
        var accepted = DateTimeOffset.UtcNow;
        var row = (await installation.SucceedAsync([start])).Single();
        return installation.Simulator.Clusters[0].Tasks.Single(task => task.Upid == row.Step(VmOperationSteps.Task)!.Upid).StartedAt - accepted;
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
