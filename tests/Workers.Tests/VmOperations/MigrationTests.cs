using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.TestKit;

namespace MultiPanel.Workers.Tests.VmOperations;

/// <summary>A VM moves only to a node that has what it needs; the error names what is missing there, and Proxmox is not asked.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class MigrationTests
{
    [Test]
    public async Task A_node_without_the_storage_of_a_disk_is_refused()
    {
        await using var site = await StartAsync();
        site.Proxmox.Faults.LimitStorage("nfs-shared", "east1", "east2");
        var vm = await site.MakeVmAsync(with: clone => clone with { Node = "east1" });

        await RefusesAsync(site, vm, "east3", JobErrorCodes.StorageUnavailable, "east3 has no storage nfs-shared, which is on east1, east2");
    }

    [Test]
    public async Task A_node_where_the_storage_is_not_active_is_refused()
    {
        await using var site = await StartAsync();
        var vm = await site.MakeVmAsync(with: clone => clone with { Node = "east1" });
        site.Proxmox.Faults.DeactivateStorage("nfs-shared", "east2");

        await RefusesAsync(site, vm, "east2", JobErrorCodes.StorageUnavailable, "east2 has storage nfs-shared, but it is not active there");
    }

    [Test]
    public async Task Nodes_that_are_off_or_unknown_are_refused()
    {
        await using var site = await StartAsync();
        var vm = await site.MakeVmAsync(with: clone => clone with { Node = "east1" });
        await RefusesAsync(site, vm, "nope", JobErrorCodes.NodeNotFound, "There is no node nope, asked for, in cluster pve-east. It has: east1, east2, east3.");
        await site.Proxmox.Faults.CrashNodeAsync("east3");
        site.Advance(TimeSpan.FromSeconds(10));

        await RefusesAsync(site, vm, "east3", JobErrorCodes.NodeUnreachable, "Node east3, asked for, is offline");
    }

    [Test]
    public async Task A_CD_on_a_storage_of_its_node_keeps_a_vm_there()
    {
        await using var site = await StartAsync();
        var vm = await site.MakeVmAsync(with: clone => clone with { Node = "east1" });
        await site.CallAsync(HttpMethod.Put, $"/nodes/east1/qemu/{vm.Vmid}/config", ("ide3", "local:iso/setup.iso,media=cdrom"));

        await RefusesAsync(site, vm, "east2", JobErrorCodes.NodeUnsuitable, "east2 cannot have the CD in ide3 (local:iso/setup.iso), which is on east1 alone");
    }

    [Test]
    public async Task Local_disks_go_along_to_the_storage_that_was_asked_for()
    {
        await using var site = await StartAsync();
        site.Proxmox.Faults.LimitStorage("local-lvm", "east1", "east3");
        var job = await site.SucceededAsync(await site.CloneAsync("debian12-local", "local1", clone => clone with { Full = true, Start = false }));
        var vm = (await site.RowAsync(job.TargetId))!;

        await RefusesAsync(site, vm, "east2", JobErrorCodes.StorageUnavailable, "east2 has no storage local-lvm, which is on east1, east3");
        await site.DoAsync(vm, VmAction.Migrate, command => command with { Node = "east2", TargetStorage = "local" });

        Assert.That(site.InProxmox(vm)!.Node, Is.EqualTo("east2"));
        Assert.That(site.InProxmox(vm)!.Config["scsi0"], Does.StartWith($"local:{vm.Vmid}/vm-{vm.Vmid}-disk-0"));
    }

    private static Task<Site> StartAsync() => Site.StartAsync(new SiteOptions { Inventory = false });

    private static async Task RefusesAsync(Site site, Vm vm, string node, string code, string words)
    {
        var tasks = site.TasksOf(vm, "qmigrate").Count;

        Job ended = await site.EndedAsync(await site.OperateAsync(vm.Id, VmAction.Migrate, command => command with { Node = node }));

        Assert.That((ended.Status, ended.Error?.Code), Is.EqualTo((JobStatus.Failed, code)), ended.Error?.ToString());
        Assert.That(ended.Error!.Message, Does.Contain(words));
        Assert.That(site.TasksOf(vm, "qmigrate"), Has.Count.EqualTo(tasks));
    }
}
