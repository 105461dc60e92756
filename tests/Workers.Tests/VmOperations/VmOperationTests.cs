using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.TestKit;

namespace MultiPanel.Workers.Tests.VmOperations;

/// <summary>Every operation does what it says, in Proxmox and in the VM's row.</summary>
public sealed class VmOperationTests
{
    private Site site = null!;

    [OneTimeSetUp]
    public async Task StartSite() => site = await Site.StartAsync();

    [OneTimeTearDown]
    public async Task StopSite() => await site.DisposeAsync();

    [Test]
    public async Task Power_goes_on_off_and_through_a_reboot()
    {
        var vm = await site.MakeVmAsync("power");
        (VmAction Action, string Power, VmStatus Row)[] way =
        [
            (VmAction.Start, "running", VmStatus.Running),
            (VmAction.Reboot, "running", VmStatus.Running),
            (VmAction.Reset, "running", VmStatus.Running),
            (VmAction.Shutdown, "stopped", VmStatus.Stopped),
            (VmAction.Start, "running", VmStatus.Running),
            (VmAction.Stop, "stopped", VmStatus.Stopped),
        ];
        foreach (var (action, power, row) in way)
        {
            var job = await site.DoAsync(vm, action);
            await ShowsAsync(vm, power, row, action);
            Assert.That((job.Percent, job.Steps.Count), Is.EqualTo((100d, 2)));
        }
    }

    [Test]
    public async Task A_vm_is_suspended_in_memory_or_to_disk_and_wakes()
    {
        var vm = await site.MakeVmAsync("sleeper");
        await site.DoAsync(vm, VmAction.Start);

        await site.DoAsync(vm, VmAction.Suspend);
        await ShowsAsync(vm, "paused", VmStatus.Paused, VmAction.Suspend);
        await site.DoAsync(vm, VmAction.Resume);
        await ShowsAsync(vm, "running", VmStatus.Running, VmAction.Resume);
        await site.DoAsync(vm, VmAction.Suspend, suspend => suspend with { ToDisk = true });
        await ShowsAsync(vm, "stopped", VmStatus.Suspended, VmAction.Suspend);
        await site.DoAsync(vm, VmAction.Start);
        await ShowsAsync(vm, "running", VmStatus.Running, VmAction.Start);
    }

    [Test]
    public async Task A_snapshot_is_taken_gone_back_to_and_deleted()
    {
        var vm = await site.MakeVmAsync("snap");
        await site.DoAsync(vm, VmAction.Snapshot, snapshot => snapshot with { Snapshot = "before", Description = "as it was" });
        Assert.That(site.InProxmox(vm)!.Snapshots, Is.EqualTo(new[] { "before" }));
        await site.DoAsync(vm, VmAction.Reconfigure, change => change with { Changes = new VmChanges { Cores = 7 } });

        await site.DoAsync(vm, VmAction.Rollback, rollback => rollback with { Snapshot = "before" });
        Assert.That(site.InProxmox(vm)!.Config["cores"], Is.EqualTo("2"));
        Assert.That((await site.RowAsync(vm.Id))!.Cores, Is.EqualTo(2));

        await site.DoAsync(vm, VmAction.DeleteSnapshot, delete => delete with { Snapshot = "before" });
        Assert.That(site.InProxmox(vm)!.Snapshots, Is.Empty);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_vm_moves_to_another_node_running_or_not(bool running)
    {
        var vm = await site.MakeVmAsync($"mover-{running}".ToLowerInvariant());
        if (running)
        {
            await site.DoAsync(vm, VmAction.Start);
        }

        var to = site.Proxmox.Nodes.First(node => node != vm.Node);
        await site.DoAsync(vm, VmAction.Migrate, migrate => migrate with { Node = to });

        Assert.That((site.InProxmox(vm)!.Node, (await site.RowAsync(vm.Id))!.Node), Is.EqualTo((to, to)));
        await ShowsAsync(vm, running ? "running" : "stopped", running ? VmStatus.Running : VmStatus.Stopped, VmAction.Migrate);
    }

    [Test]
    public async Task A_vm_is_reconfigured_and_keeps_our_marker()
    {
        var vm = await site.MakeVmAsync("plain");

        await site.DoAsync(vm, VmAction.Reconfigure, change => change with
        {
            Changes = new VmChanges { Name = "fancy", Cores = 4, MemoryMb = 3072, Description = "new words", Tags = ["Blue"], OnBoot = true },
        });

        var (seen, row) = (site.InProxmox(vm)!, (await site.RowAsync(vm.Id))!);
        Assert.That((seen.Name, seen.Config["cores"], seen.Config["memory"], seen.Config["onboot"]), Is.EqualTo(("fancy", "4", "3072", "1")));
        Assert.That(seen.Description, Does.StartWith("new words").And.Contain(Marker.Line(vm.Id, vm.CreatedByJob!.Value)));
        Assert.That(seen.Tags, Is.SupersetOf(new[] { "multipanel", "blue" }));
        Assert.That((row.Name, row.Cores, row.MemoryMb), Is.EqualTo(("fancy", 4, 3072)));
        Assert.That(row.Tags, Does.Contain("blue"));
    }

    [Test]
    public async Task A_disk_grows()
    {
        var vm = await site.MakeVmAsync("small");

        await site.DoAsync(vm, VmAction.Resize, resize => resize with { DiskGb = 40 });

        Assert.That(site.InProxmox(vm)!.Config["scsi0"], Does.Contain("size=40G"));
        Assert.That((await site.RowAsync(vm.Id))!.DiskGb, Is.EqualTo(40));
    }

    [Test]
    public async Task A_vm_becomes_a_template_that_can_be_cloned()
    {
        var vm = await site.MakeVmAsync("golden");

        await site.DoAsync(vm, VmAction.Template);

        Assert.That((site.InProxmox(vm)!.IsTemplate, (await site.RowAsync(vm.Id))!.Template), Is.EqualTo((true, true)));
        await site.SucceededAsync(await site.CloneAsync(template: "golden", name: "of-golden", with: clone => clone with { Start = false }));
    }

    [Test]
    public async Task A_deleted_vm_is_gone_from_proxmox_and_from_the_list()
    {
        var vm = await site.MakeVmAsync("short-lived");

        await site.DoAsync(vm, VmAction.Delete);

        Assert.That(site.InProxmox(vm), Is.Null);
        Assert.That(await site.RowAsync(vm.Id), Is.Null);
    }

    [TestCase(VmAction.Start, "qmstart")]
    [TestCase(VmAction.Stop, "qmstop")]
    public async Task What_is_so_already_is_a_success_without_a_task(VmAction action, string type)
    {
        var vm = await site.MakeVmAsync($"already-{action}".ToLowerInvariant());
        if (action == VmAction.Start)
        {
            await site.DoAsync(vm, VmAction.Start);
        }

        var before = site.TasksOf(vm, type).Count;
        await site.DoAsync(vm, action);

        Assert.That(site.TasksOf(vm, type), Has.Count.EqualTo(before));
    }

    [TestCase(VmAction.Reset)]
    [TestCase(VmAction.Reboot)]
    [TestCase(VmAction.Suspend)]
    [TestCase(VmAction.Resume)]
    public async Task What_needs_a_running_vm_fails_in_plain_words_on_a_stopped_one(VmAction action)
    {
        var vm = await site.MakeVmAsync($"stopped-{action}".ToLowerInvariant());

        var ended = await site.EndedAsync(await site.OperateAsync(vm.Id, action));

        Assert.That((ended.Status, ended.Error!.Code), Is.EqualTo((JobStatus.Failed, JobErrorCodes.StateNotReached)), ended.Error.ToString());
        Assert.That(ended.Error.Detail, Does.Contain("not running"));
        await ShowsAsync(vm, "stopped", VmStatus.Stopped, action);
    }

    private async Task ShowsAsync(Vm vm, string power, VmStatus row, VmAction after) =>
        Assert.That((site.InProxmox(vm)!.Status, (await site.RowAsync(vm.Id))!.Status), Is.EqualTo((power, row)), $"after {after}");
}
