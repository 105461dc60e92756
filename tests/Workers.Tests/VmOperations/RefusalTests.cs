using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.TestKit;

namespace MultiPanel.Workers.Tests.VmOperations;

/// <summary>What is certain to be refused is not asked of Proxmox, and what there was to say is the job's message.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RefusalTests
{
    [TestCase(VmAction.Start)]
    [TestCase(VmAction.Snapshot)]
    public async Task A_template_is_not_asked_for_what_it_cannot_do(VmAction action)
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        await using var db = site.Database.OpenAll();
        var template = await db.Vms.FirstAsync(vm => vm.Name == "debian12" && vm.ClusterId == site.Cluster.Id);

        var ended = await site.EndedAsync(await site.OperateAsync(template.Id, action, command => command with { Snapshot = "s1" }));

        Assert.That((ended.Error!.Code, ended.Error.Message), Is.EqualTo((JobErrorCodes.VmIsTemplate, "'debian12' is a template, which cannot do this; clone it.")));
        Assert.That(site.Proxmox.Tasks, Is.Empty);
    }

    [Test]
    public async Task A_protected_vm_is_not_deleted()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        await site.DoAsync(vm, VmAction.Reconfigure, command => command with { Changes = new VmChanges { Protection = true } });

        var ended = await site.EndedAsync(await site.OperateAsync(vm.Id, VmAction.Delete));

        Assert.That((ended.Error!.Code, ended.Error.Message), Is.EqualTo((JobErrorCodes.VmProtected, "The VM is protected against removal in Proxmox. Set its protection to false, then try again.")));
        Assert.That(site.Proxmox.Calls.Keys, Has.None.EqualTo("DELETE /nodes/{node}/qemu/{vmid}"));
    }

    /// <summary>A failed clone whose undo could not remove it: it has its template's protection still, and nothing but a deletion is accepted for it.</summary>
    [Test]
    public async Task What_a_failed_clone_has_left_goes_though_it_is_protected()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        await site.CallAsync(HttpMethod.Put, $"/nodes/{vm.Node}/qemu/{vm.Vmid}/config", ("protection", "1"));
        await using (var db = site.Database.OpenAll())
        {
            await db.Vms.Where(row => row.Id == vm.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, Contracts.Vms.VmStatus.Provisioning));
        }

        await site.DoAsync(vm, VmAction.Delete);

        Assert.That((site.InProxmox(vm), await site.RowAsync(vm.Id)), Is.EqualTo((default(Simulator.SimulatedVm), default(Data.Vms.Vm))));
    }

    [Test]
    public async Task A_stop_of_a_hibernated_vm_says_that_it_stays_so()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        await site.DoAsync(vm, VmAction.Start);
        await site.DoAsync(vm, VmAction.Suspend, command => command with { ToDisk = true });

        var ended = await site.DoAsync(vm, VmAction.Stop);

        Assert.That(ended.Message, Does.StartWith("It is hibernated: it does not run, and its memory stays saved."));
    }

    [Test]
    public async Task What_there_was_nothing_to_do_for_says_so()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        await site.CallAsync(HttpMethod.Post, $"/nodes/{vm.Node}/qemu/{vm.Vmid}/status/start");
        await site.SeesAsync(there => Task.FromResult(there.InProxmox(vm)!.Status), status => status == "running", "it was started in Proxmox");
        await using (var db = site.Database.OpenAll())
        {
            await db.Vms.Where(row => row.Id == vm.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, Contracts.Vms.VmStatus.Unknown));
        }

        Assert.That((await site.DoAsync(vm, VmAction.Start)).Message, Is.EqualTo("It was so already"));
    }

    [Test]
    public async Task The_warnings_of_a_proxmox_task_are_counted_and_shown()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        site.Proxmox.Faults.Warn("qmstart", "old CPU model", "no watchdog action configured");

        var ended = await site.DoAsync(vm, VmAction.Start);

        Assert.That((ended.Warnings, ended.Message), Is.EqualTo((2, "Done with 2 warnings: old CPU model; no watchdog action configured")));
        Assert.That(ended.Steps[0].Message, Is.EqualTo(ended.Message));
    }

    [Test]
    public async Task Warnings_beside_what_else_a_job_has_to_say_are_both_in_its_message()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        site.Proxmox.Faults.Warn("resize", "the image could not be discarded");

        var ended = await site.DoAsync(vm, VmAction.Resize, command => command with { DiskGb = 40 });

        Assert.That((ended.Warnings, ended.Message), Is.EqualTo((1, "scsi0: 32 GiB to 40 GiB. Done with a warning: the image could not be discarded")));
    }
}
