using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Orphans;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.Simulator.FaultInjection;
using MultiPanel.TestKit;
using MultiPanel.Workers.Reconciling;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.Tests.Inventory;

namespace MultiPanel.Workers.Tests.Reconciling;

/// <summary>A job whose undo could not reach its node ends; the undo goes on when the node is back.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class UndoReconcilerTests
{
    private const string Node = "east3";

    /// <summary>The first VMID that a site takes.</summary>
    private const int First = 1000;

    [Test]
    public async Task An_undo_that_could_not_reach_its_node_goes_on_when_the_node_is_back()
    {
        await using var site = await StartAsync();
        var (failed, vm) = await FailOnSilentNodeAsync(site);
        Assert.That((failed.Status, failed.Error!.Code), Is.EqualTo((JobStatus.Failed, JobErrorCodes.AgentSilent)));
        Assert.That(failed.ToView().Steps[^1], Has.Property("Name").EqualTo(JobStep.Undo).And.Property("Status").EqualTo(StepStatus.Waiting));
        Assert.That(failed.Steps[^1].Message, Does.Contain("Undo goes on when Proxmox can be reached again"));
        Assert.That(failed.Error.Undone, Has.Some.StartsWith("Not yet undone"));
        Assert.That(vm.Status, Is.EqualTo(VmStatus.Running), "the clone had come that far");

        for (var round = 1; round <= 2; round++)
        {
            var attempted = (await JobAsync(site, failed)).Revision;
            await site.RoundAsync<UndoReconciler>();
            failed = await site.SeesAsync(
                there => JobAsync(there, failed), row => row.Revision > attempted && row.FindStep(JobStep.Undo)!.Status == StepStatus.Waiting, "it waits again");
        }

        Assert.That(site.InProxmox(vm), Is.Not.Null, "the node is still away");
        Assert.That(failed.Error!.Undone!.Count(line => line.StartsWith("Not yet undone", StringComparison.Ordinal)), Is.EqualTo(1), "however often it was tried");
        await site.Proxmox.Faults.BringNodeOnlineAsync(Node);
        var undone = await UndoneAsync(site, failed);

        Assert.That((undone.Status, undone.FinishedAt, undone.Error!.Code), Is.EqualTo((failed.Status, failed.FinishedAt, failed.Error.Code)), "final is final");
        Assert.That(undone.Steps[^1].Status, Is.EqualTo(StepStatus.Succeeded));
        Assert.That(undone.Error.Undone, Has.None.StartsWith("Not yet undone"));
        Assert.That(site.InProxmox(vm), Is.Null);
        Assert.That(await site.RowAsync(vm.Id), Is.Null, "its VMID is free");
        Assert.That(await site.ReadInventoryAsync(), Is.Empty);
    }

    [Test]
    public async Task While_an_undo_waits_its_vm_is_no_orphan()
    {
        await using var site = await StartAsync();
        var (failed, vm) = await FailOnSilentNodeAsync(site);
        await site.Proxmox.Faults.BringNodeOnlineAsync(Node);
        site.Advance(TimeSpan.FromMinutes(2));

        Assert.That(await site.ReadInventoryAsync(), Is.Empty, "it is there");
        await SetStatusAsync(site, vm, VmStatus.Provisioning);
        Assert.That(await site.ReadInventoryAsync(), Is.Empty, "as it is while a clone is under way");

        await site.CallAsync(HttpMethod.Post, $"/nodes/{Node}/qemu/{First}/status/stop");
        await site.SeesAsync(there => Task.FromResult(there.InProxmox(vm)!.Status), status => status == "stopped", "it stops");
        await site.DeleteInProxmoxAsync(Node, First);
        Assert.That(await site.ReadInventoryAsync(), Is.Empty, "it is gone");
        Assert.That(await site.RowAsync(vm.Id), Is.Not.Null, "from this row the undo goes on");
        await SetStatusAsync(site, vm, VmStatus.Running);
        Assert.That(await site.ReadInventoryAsync(), Is.Empty, "as it is after a clone was configured");

        Assert.That((await UndoneAsync(site, failed)).Steps[^1].Status, Is.EqualTo(StepStatus.Succeeded));
        Assert.That(await site.RowAsync(vm.Id), Is.Null);
    }

    [Test]
    public async Task A_user_who_deletes_the_vm_ends_the_undo()
    {
        await using var site = await StartAsync();
        var (failed, vm) = await FailOnSilentNodeAsync(site);
        await site.Proxmox.Faults.BringNodeOnlineAsync(Node);
        await site.CallAsync(HttpMethod.Post, $"/nodes/{Node}/qemu/{First}/status/stop");
        await site.SeesAsync(there => Task.FromResult(there.InProxmox(vm)!.Status), status => status == "stopped", "it stops");

        var deleted = await site.DoAsync(vm, VmAction.Delete);

        var ended = await JobAsync(site, failed);
        Assert.That((ended.Status, ended.FindStep(JobStep.Undo)!.Status), Is.EqualTo((JobStatus.Failed, StepStatus.Succeeded)));
        Assert.That(ended.FindStep(JobStep.Undo)!.Message, Does.Contain(deleted.Id.ToString()));
    }

    [Test]
    public async Task An_undo_that_fails_for_good_leaves_an_orphan()
    {
        await using var site = await StartAsync();
        var (failed, vm) = await FailOnSilentNodeAsync(site);
        await site.Proxmox.Faults.BringNodeOnlineAsync(Node);
        site.Proxmox.Faults.SetConfigLock(First, "backup");
        site.Advance(TimeSpan.FromMinutes(31)); // a backup is waited for half an hour

        var given = await UndoneAsync(site, failed);
        Assert.That((given.Status, given.Steps[^1].Status), Is.EqualTo((JobStatus.Failed, StepStatus.Failed)));
        Assert.That(given.Error!.Undone, Has.Some.Contains($"qm unlock {First}"));
        site.Advance(TimeSpan.FromMinutes(2));
        var orphan = (await site.ReadInventoryAsync()).Single();

        Assert.That((orphan.Kind, orphan.Vmid, orphan.JobId), Is.EqualTo((OrphanKind.Unfinished, First, (Guid?)failed.Id)));
        Assert.That(await site.RowAsync(vm.Id), Is.Not.Null);
        await site.RoundAsync<UndoReconciler>();
        await using var db = site.Database.OpenAll();
        Assert.That((await db.Jobs.AsNoTracking().SingleAsync(job => job.Id == failed.Id)).Revision, Is.EqualTo(given.Revision), "nobody goes on with it");
    }

    private static async Task<Job> JobAsync(Site site, Job job)
    {
        await using var db = site.Database.OpenAll();
        return await db.Jobs.AsNoTracking().SingleAsync(row => row.Id == job.Id);
    }

    /// <summary>No reconciler works: one may send the undo's command a second time, and the undo would go on when the test does not expect it.</summary>
    private static Task<Site> StartAsync() => Site.StartAsync(new SiteOptions { Inventory = false, Resting = ["undo-reconciler", "reconciler"] });

    /// <summary>A running clone whose agent stays silent too long, and whose node goes away while that is being undone.</summary>
    private static async Task<(Job Job, Vm Vm)> FailOnSilentNodeAsync(Site site)
    {
        site.Proxmox.Faults.KeepAgentDown(First);
        var job = await site.CloneAsync(with: clone => clone with { Node = Node, WaitForAgent = true });
        await site.UntilAsync(job, row => row.FindStep(CloneVmSteps.Agent)!.Status == StepStatus.Waiting, "it waits for the agent");
        site.Proxmox.Faults.Fail(595, "Connection refused", times: null, path: $"/nodes/{Node}/qemu/{First}/status/stop", method: "POST");
        site.Advance(TimeSpan.FromMinutes(6));
        await site.UntilAsync(job, row => row.FindStep(JobStep.Undo)?.TroubleSince is not null, "its undo cannot reach the node");
        await site.Proxmox.Faults.TakeNodeOfflineAsync(Node, NodeOutage.ConnectionRefused);
        site.Proxmox.Faults.Clear();
        site.Advance(TimeSpan.FromMinutes(2));
        var ended = await site.EndedAsync(job);
        return (ended, (await site.RowAsync(job.TargetId))!);
    }

    /// <summary>One round of the reconciler, and the job's row when its undo has ended.</summary>
    private static async Task<Job> UndoneAsync(Site site, Job job)
    {
        await site.RoundAsync<UndoReconciler>();
        return await site.SeesAsync(ReadAsync, row => row.FindStep(JobStep.Undo)!.FinishedAt is not null, "its undo ended"); // an ended job sends no signals

        async Task<Job> ReadAsync(Site there)
        {
            await using var db = there.Database.OpenAll();
            return await db.Jobs.AsNoTracking().SingleAsync(row => row.Id == job.Id);
        }
    }

    private static async Task SetStatusAsync(Site site, Vm vm, VmStatus status)
    {
        await using var db = site.Database.OpenAll();
        await db.Vms.Where(row => row.Id == vm.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, status));
    }
}
