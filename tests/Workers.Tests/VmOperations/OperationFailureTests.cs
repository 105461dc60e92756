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
    public async Task A_backup_is_waited_for_without_tasks_that_fail()
    {
        await using var site = await Site.StartAsync();
        var vm = await site.MakeVmAsync();
        site.Proxmox.Faults.SetConfigLock(vm.Vmid!.Value, "backup");
        var tasks = site.Proxmox.Tasks.Count;
        var job = await site.OperateAsync(vm.Id, VmAction.Start);
        var waiting = await site.UntilAsync(job, row => row.Steps[0].Status == StepStatus.Waiting, "it waits for the backup");
        Assert.That((waiting.Status, waiting.Steps[0].Message), Is.EqualTo((JobStatus.Running, "Waiting for another operation on the VM to end (backup)")));
        Assert.That(site.Proxmox.Tasks, Has.Count.EqualTo(tasks));

        site.Proxmox.Faults.SetConfigLock(vm.Vmid.Value, null);
        site.Advance(TimeSpan.FromSeconds(15));

        await site.SucceededAsync(job);
        Assert.That(site.InProxmox(vm)!.Status, Is.EqualTo("running"));
    }

    [Test]
    public async Task What_waits_for_a_backup_can_be_cancelled_and_fails_after_half_an_hour()
    {
        await using var site = await Site.StartAsync();
        var (cancelled, patient) = (await site.MakeVmAsync("web1"), await site.MakeVmAsync("web2"));
        var jobs = new List<Data.Jobs.Job>();
        foreach (var vm in new[] { cancelled, patient })
        {
            site.Proxmox.Faults.SetConfigLock(vm.Vmid!.Value, "backup");
            jobs.Add(await site.OperateAsync(vm.Id, VmAction.Start));
            await site.UntilAsync(jobs[^1], row => row.Steps[0].Status == StepStatus.Waiting, "it waits for the backup");
        }

        await site.CancelAsync(jobs[0]);
        site.Advance(TimeSpan.FromMinutes(31));

        Assert.That((await site.EndedAsync(jobs[0])).Status, Is.EqualTo(JobStatus.Cancelled));
        var failed = await site.EndedAsync(jobs[1]);
        Assert.That((failed.Status, failed.Error!.Code), Is.EqualTo((JobStatus.Failed, JobErrorCodes.VmLocked)), failed.Error.ToString());
        Assert.That(failed.Error.Message, Does.Contain("backup"));
    }

    /// <summary>The panel thinks it stopped, its start finds it running, and right after that look it stops.</summary>
    [Test]
    public async Task A_vm_that_was_seen_running_only_in_passing_is_started()
    {
        var options = new SiteOptions { Inventory = false };
        await using var site = await Site.StartAsync(options);
        var vm = await site.MakeVmAsync();
        await site.CallAsync(HttpMethod.Post, $"/nodes/{vm.Node}/qemu/{vm.Vmid}/status/start");
        await site.SeesAsync(there => Task.FromResult(there.InProxmox(vm)!.Status), status => status == "running", "another start");
        options.ProxmoxClock.Advance(TimeSpan.FromMinutes(1));
        site.Proxmox.Faults.Slow(TimeSpan.FromSeconds(4), path: $"/nodes/{vm.Node}/qemu/{vm.Vmid}/config", method: "GET", times: 2);
        int Looks() => site.Proxmox.Calls.GetValueOrDefault("GET /nodes/{node}/qemu/{vmid}/status/current");
        var looks = Looks();
        var job = await site.OperateAsync(vm.Id, VmAction.Start);
        await site.SeesAsync(_ => Task.FromResult(Looks()), now => now > looks, "its look has the status and waits for the configuration");

        await site.CallAsync(HttpMethod.Post, $"/nodes/{vm.Node}/qemu/{vm.Vmid}/status/stop");

        var ended = await site.SucceededAsync(job);
        Assert.That(ended.Steps[0].Tasks, Is.EqualTo(2), "one that found it running, and one that started it");
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
