using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Orphans;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data.Jobs;
using MultiPanel.TestKit;
using MultiPanel.Workers.Tests.Inventory;

namespace MultiPanel.Workers.Tests.Cloning;

/// <summary>
/// A clone is in its pool only once it is ready: until then an identity with that pool's rights is not shown it. What is hidden is not
/// gone.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class HiddenVmTests
{
    [Test]
    public async Task A_cancelled_clone_that_is_not_shown_yet_is_stopped_and_gone()
    {
        await using var site = await InPoolAsync();
        site.ProxmoxClock.Stop();
        var job = await site.CloneAsync();
        await site.UntilAsync(job, row => row.Steps[1].Upid is not null, "the clone runs");

        Assert.That(await site.CancelAsync(job));
        site.ProxmoxClock.Go();
        var ended = await site.EndedAsync(job);

        Assert.That(ended.Status, Is.EqualTo(JobStatus.Cancelled));
        Assert.That(await site.RowAsync(job.TargetId), Is.Null, string.Join("; ", ended.Error?.Undone ?? []));
        Assert.That(site.Proxmox.Vms.Select(vm => vm.Lock), Has.None.EqualTo("clone"));
    }

    [Test]
    public async Task The_rest_of_a_killed_clone_is_reported_and_its_row_stays_until_it_is_deleted()
    {
        await using var site = await InPoolAsync();
        site.ProxmoxClock.Stop();
        var job = await site.CloneAsync();
        var running = await site.UntilAsync(job, row => row.Steps[1].Upid is not null, "the clone runs");
        site.Proxmox.Faults.KillTask(running.Steps[1].Upid!);
        site.ProxmoxClock.Go();
        await site.UntilAsync(job, row => row.IsFinal || Says(row, CloneVmSteps.Clone), "the clone's task is looked for");
        site.Advance(TimeSpan.FromSeconds(10));
        await site.UntilAsync(job, row => row.IsFinal || Says(row, JobStep.Undo), "the undo looks for it too");
        site.Advance(TimeSpan.FromSeconds(10));

        var ended = await site.EndedAsync(job);

        var vm = await site.RowAsync(job.TargetId);
        Assert.That(vm, Is.Not.Null, "a stub is there, and the panel must not forget it");
        Assert.That(ended.Error!.Code, Is.EqualTo(JobErrorCodes.TaskLost));
        Assert.That(ended.Error.Undone![^1], Does.Contain($"VMID {vm!.Vmid}").And.Contain("does not show").And.Not.Contain("free again"));
        site.Advance(TimeSpan.FromMinutes(1));
        var orphan = (await site.ReadInventoryAsync()).Single();
        Assert.That((orphan.Kind, orphan.OwnerId), Is.EqualTo((OrphanKind.Unfinished, (int?)vm.Id)));
        Assert.That(orphan.Message, Does.Contain("does not show").And.Contain($"qm destroy {vm.Vmid}"));

        var deleted = await site.DoAsync(vm, VmAction.Delete);

        Assert.That(deleted.Message, Does.Contain("does not show").And.Not.Contain("free again"));
        Assert.That(await site.RowAsync(vm.Id), Is.Null);
        Assert.That(await site.ReadInventoryAsync(), Is.Empty);
    }

    [Test]
    public async Task A_vm_that_took_the_vmid_before_the_clone_began_is_left_alone_and_the_row_goes()
    {
        await using var site = await InPoolAsync();
        var slots = await site.TakeSlotsAsync(AdmissionClass.Clone, "east1");
        var job = await site.CloneAsync(with: clone => clone with { Vmid = 6000 });
        await site.UntilAsync(job, row => row.Steps[1].Status == StepStatus.Waiting, "it waits for a slot");
        await site.CallAsync(HttpMethod.Post, "/nodes/east1/qemu", ("vmid", "6000"), ("name", "other"));

        await site.GiveBackAsync(slots);
        var ended = await site.EndedAsync(job);

        Assert.That(ended.Error!.Code, Is.EqualTo(JobErrorCodes.AlreadyExists));
        Assert.That(ended.Error.Undone, Is.EqualTo(new[] { "VMID 6000 holds another VM, which Proxmox does not show to the panel's identity; it was left alone" }));
        Assert.That(await site.RowAsync(job.TargetId), Is.Null);
        Assert.That(site.Proxmox.Vm(6000)!.Name, Is.EqualTo("other"));
    }

    private static async Task<Site> InPoolAsync()
    {
        var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        await site.SignInToPoolAsync("tenant");
        await site.SetPoolAsync("tenant");
        return site;
    }

    private static bool Says(Job row, string step) => row.Steps.Find(state => state.Name == step)?.Message?.Contains("does not show", StringComparison.Ordinal) == true;
}
