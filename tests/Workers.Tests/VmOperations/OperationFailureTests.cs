using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.TestKit;

namespace MultiPanel.Workers.Tests.VmOperations;

/// <summary>Operations on a VM that is not what it was, or in a cluster that is not well.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class OperationFailureTests
{
    [Test]
    public async Task A_vm_of_ours_that_lost_its_marker_is_not_deleted()
    {
        await using var site = await Site.StartAsync();
        var vm = await site.MakeVmAsync();
        await site.CallAsync(HttpMethod.Put, $"/nodes/{vm.Node}/qemu/{vm.Vmid}/config", ("description", "another's words"));

        var ended = await site.EndedAsync(await site.OperateAsync(vm.Id, VmAction.Delete));

        Assert.That((ended.Status, ended.Error!.Code), Is.EqualTo((JobStatus.Failed, JobErrorCodes.NotOurs)));
        Assert.That(ended.Error.Message, Does.Contain($"VMID {vm.Vmid}"));
        Assert.That(site.InProxmox(vm), Is.Not.Null);
        Assert.That(await site.RowAsync(vm.Id), Is.Not.Null);
    }

    [Test]
    public async Task A_vmid_that_another_vm_has_by_now_is_not_deleted()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        await using var db = site.Database.OpenAll();
        var found = await db.Vms.FirstAsync(vm => vm.Name == "win2022" && vm.ClusterId == site.Cluster.Id);
        found.Uuid = Guid.NewGuid().ToString();
        await db.SaveChangesAsync();
        await site.CallAsync(HttpMethod.Put, $"/nodes/{found.Node}/qemu/{found.Vmid}/config", ("name", "payroll"));

        var ended = await site.EndedAsync(await site.OperateAsync(found.Id, VmAction.Delete));

        Assert.That((ended.Status, ended.Error!.Code), Is.EqualTo((JobStatus.Failed, JobErrorCodes.NotOurs)));
        Assert.That(ended.Error.Message, Does.Contain("win2022").And.Not.Contain("payroll"), "which may be another company's");
        Assert.That(site.InProxmox(found), Is.Not.Null);
    }

    [Test]
    public async Task A_vm_that_is_gone_from_proxmox_fails_the_operation_and_satisfies_a_delete()
    {
        await using var site = await Site.StartAsync();
        var vm = await site.MakeVmAsync();
        await site.DeleteInProxmoxAsync(vm.Node!, vm.Vmid!.Value);
        var start = await site.EndedAsync(await site.OperateAsync(vm.Id, VmAction.Start));
        Assert.That((start.Status, start.Error!.Code), Is.EqualTo((JobStatus.Failed, JobErrorCodes.VmNotFound)));
        Assert.That(start.Error.Message, Does.Contain(vm.Name));

        await site.DoAsync(vm, VmAction.Delete);

        Assert.That(await site.RowAsync(vm.Id), Is.Null);
    }

    [Test]
    public async Task A_disk_that_shall_shrink_is_refused_in_proxmoxs_words()
    {
        await using var site = await Site.StartAsync();
        var vm = await site.MakeVmAsync();

        var ended = await site.EndedAsync(await site.OperateAsync(vm.Id, VmAction.Resize, resize => resize with { DiskGb = 1 }));

        Assert.That(ended.Status, Is.EqualTo(JobStatus.Failed));
        Assert.That(ended.Error!.Detail, Does.Contain("shrinking disks is not supported"));
        Assert.That(ended.Error.TaskLog, Is.Not.Empty);
        Assert.That(ended.Error.Step, Is.EqualTo(VmOperationSteps.Task));
    }

    [Test]
    public async Task A_lock_that_could_not_be_had_is_tried_again()
    {
        await using var site = await Site.StartAsync();
        var vm = await site.MakeVmAsync();
        site.Proxmox.Faults.HoldVmLock(vm.Vmid!.Value);
        var job = await site.OperateAsync(vm.Id, VmAction.Start);
        var waiting = await site.UntilAsync(job, row => row.Steps[0].Status == StepStatus.Waiting, "the task failed for the lock");
        Assert.That(waiting.Steps[0].Message, Does.Contain("got timeout"));

        site.Proxmox.Faults.ReleaseVmLock(vm.Vmid.Value);
        site.Advance(TimeSpan.FromSeconds(10));

        var ended = await site.SucceededAsync(job);
        Assert.That(ended.Steps[0].Tasks, Is.EqualTo(2));
        Assert.That(site.InProxmox(vm)!.Status, Is.EqualTo("running"));
    }

    [Test]
    public async Task While_the_cluster_is_unreachable_the_job_waits_says_so_and_goes_on_by_itself()
    {
        await using var site = await Site.StartAsync();
        var vm = await site.MakeVmAsync();
        foreach (var node in site.Proxmox.Nodes)
        {
            await site.Proxmox.Faults.TakeNodeOfflineAsync(node);
        }

        var job = await site.OperateAsync(vm.Id, VmAction.Start);
        var waiting = await site.UntilAsync(job, row => row.Steps[0].Status == StepStatus.Waiting, "it waits for the cluster");
        Assert.That(waiting.Status, Is.EqualTo(JobStatus.Running));
        Assert.That(waiting.Steps[0].Message, Does.StartWith($"cluster {site.Cluster.Name} unreachable since "));
        foreach (var node in site.Proxmox.Nodes)
        {
            await site.Proxmox.Faults.BringNodeOnlineAsync(node);
        }

        await site.SucceededAsync(job);
        Assert.That(site.InProxmox(vm)!.Status, Is.EqualTo("running"));
    }

    [Test]
    public async Task A_task_that_was_stopped_in_proxmox_fails_the_job_and_says_so()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Simulator = Simulator.SimulatorOptions.Demo() with { TimeScale = 2 } });
        var job = await site.CloneAsync(template: "win11", with: clone => clone with { Full = true });
        var running = await site.UntilAsync(job, row => row.Steps[1].Upid is not null, "the clone runs");
        var upid = running.Steps[1].Upid!;

        await site.CallAsync(HttpMethod.Delete, $"/nodes/{running.Steps[1].Node}/tasks/{upid}");
        var ended = await site.EndedAsync(job);

        Assert.That((ended.Status, ended.Error!.Code), Is.EqualTo((JobStatus.Failed, JobErrorCodes.TaskStopped)), ended.Error.ToString());
        Assert.That(site.Proxmox.Vms.Any(vm => vm.Name == "web1"), Is.False);
        Assert.That(await site.RowAsync(job.TargetId), Is.Null);
    }
}
