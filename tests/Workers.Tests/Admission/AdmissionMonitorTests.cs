using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.Progress;
using MultiPanel.TestKit;

namespace MultiPanel.Workers.Tests.Admission;

/// <summary>What operators see of a cluster's slots, and how they change them.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class AdmissionMonitorTests
{
    [Test]
    public async Task An_edited_limit_comes_into_force_and_wakes_who_waits()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        await SetPowerAsync(site, 1);
        var (first, second) = (await MakeAsync(site, "first"), await MakeAsync(site, "second"));
        await site.SeesAsync(there => there.SlotsAsync(), report => report.Limits.For(AdmissionClass.Power).PerNode == 1, "the limit is in force");
        site.ProxmoxClock.Stop();
        var running = await site.OperateAsync(first.Id, VmAction.Start);
        await site.UntilAsync(running, row => row.Steps[0].Upid is not null, "it starts");
        var waiting = await site.OperateAsync(second.Id, VmAction.Start);
        await site.UntilAsync(waiting, InLine, "it waits in line");

        await SetPowerAsync(site, 2);

        await site.UntilAsync(waiting, row => row.Steps[0].Upid is not null, "it starts beside the first");
        Assert.That(site.Proxmox.MaxConcurrentTasks("east1", "qmstart"), Is.EqualTo(2));
    }

    [Test]
    public async Task Those_in_line_learn_their_place_when_it_moves_and_when_their_turn_comes()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vms = new[] { await MakeAsync(site, "a"), await MakeAsync(site, "b"), await MakeAsync(site, "c") };
        await site.DoAsync(vms[0], VmAction.Start);
        await site.DoAsync(vms[0], VmAction.Stop);
        var held = await site.TakeSlotsAsync(AdmissionClass.Power, "east1");
        var jobs = new List<Job>();
        foreach (var vm in vms)
        {
            jobs.Add(await site.OperateAsync(vm.Id, VmAction.Start));
            await site.UntilAsync(jobs[^1], InLine, "it waits in line");
        }

        await site.SeesAsync(there => PlacesAsync(there, jobs[2]), places => places.Contains(3), "the third learned its place");
        await site.SeesAsync(there => EtasAsync(there, jobs[2]), etas => etas.Any(eta => eta > 0), "it learns when its turn comes");
        site.ProxmoxClock.Stop();
        await site.GiveBackAsync(held.Take(1));
        await site.SeesAsync(there => PlacesAsync(there, jobs[2]), places => places is [.., 2], "the third moved up");
        var view = await site.SeesAsync(
            there => there.Services.GetRequiredService<AdmissionBoard>().ReadAsync(there.Cluster.Id),
            view => view is { Waiting: 2 } && view.Holders.Any(holder => holder.JobId == jobs[0].Id),
            "the board shows it");

        Assert.That(view!.Waiters.Select(waiter => (waiter.JobId, waiter.Position)), Is.EqualTo(new[] { (jobs[1].Id, 1), (jobs[2].Id, 2) }));
        Assert.That(view.Waiters.Select(waiter => waiter.Step), Is.All.EqualTo(VmOperationSteps.Task));
        Assert.That(view.Waiters.Select(waiter => waiter.EtaSeconds), Is.All.GreaterThanOrEqualTo(1));
        Assert.That(view.Waiters.Select(waiter => waiter.EtaSeconds), Is.Ordered);
        Assert.That(view.Limits[AdmissionClass.Power], Is.EqualTo(AdmissionLimits.Default.For(AdmissionClass.Power)));

        site.ProxmoxClock.Go();
        await site.GiveBackAsync(held);
        foreach (var job in jobs)
        {
            await site.SucceededAsync(job);
        }

        Assert.That(await PlacesAsync(site, jobs[2]), Does.Contain(1).Or.Contain(0), "it no longer waits");
    }

    [Test]
    public async Task A_jam_halves_the_nodes_limit_and_success_raises_it_again()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await MakeAsync(site, "web1");
        var usual = AdmissionLimits.Default.For(AdmissionClass.Power).PerNode;
        site.Proxmox.Faults.Fail(595, "No route to host", times: 1, path: $"/nodes/*/qemu/{vm.Vmid}/status/start", method: "POST");

        var job = await site.OperateAsync(vm.Id, VmAction.Start);
        await site.UntilAsync(job, row => row.Steps[0].TroubleSince is not null, "it ran into the jam");
        Assert.That((await site.SlotsAsync()).Slowed, Is.EqualTo(new[] { new SlowedNode("east1", AdmissionClass.Power, usual / 2) }));

        await site.SucceededAsync(job);
        await site.SeesAsync(there => there.SlotsAsync(), report => report.Slowed is [{ Limit: var limit }] && limit == (usual / 2) + 1, "success raised it by one");
    }

    private static Task<Vm> MakeAsync(Site site, string name) => site.MakeVmAsync(name, clone => clone with { Node = "east1" });

    private static async Task SetPowerAsync(Site site, int perNode)
    {
        await using var db = site.Database.OpenAll();
        var cluster = await db.Clusters.SingleAsync(cluster => cluster.Id == site.Cluster.Id);
        cluster.Limits = AdmissionLimits.Default.With(AdmissionClass.Power, new ClassLimits(perNode, 32, 32));
        await db.SaveChangesAsync();
    }

    private static async Task<IReadOnlyList<int>> PlacesAsync(Site site, Job job) => [.. (await NumbersAsync(site, job, "queue_position")).Select(place => (int)place)];

    private static Task<IReadOnlyList<double>> EtasAsync(Site site, Job job) => NumbersAsync(site, job, "eta_seconds");

    private static async Task<IReadOnlyList<double>> NumbersAsync(Site site, Job job, string field) =>
        [.. (await site.ReportedAsync(job)).Select(change => (double?)JsonNode.Parse(change)![field]).OfType<double>()];

    private static bool InLine(Job row) => row.Steps[0].Message?.Contains("in line", StringComparison.Ordinal) == true;
}
