using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Clusters;
using MultiPanel.TestKit;

namespace MultiPanel.Workers.Tests.VmOperations;

/// <summary>What a row says of a VM's size is what its company's quotas count.</summary>
public sealed class SizeTests
{
    [Test]
    public async Task All_disks_and_all_sockets_of_a_vm_and_of_its_clone_count()
    {
        await using var site = await Site.StartAsync();
        var vm = await site.MakeVmAsync("big");
        var boot = vm.Disks!.Single();
        Assert.That((boot.Slot, boot.Gb, vm.Sockets), Is.EqualTo(("scsi0", vm.DiskGb!.Value, (int?)1)));
        var pve = site.Services.GetRequiredService<ClusterClients>().For(site.Cluster);
        await pve.Qemu.ConfigureAsync(vm.Node!, vm.Vmid!.Value, new Dictionary<string, string> { ["scsi1"] = "nfs-shared:100", ["sockets"] = "2", ["cores"] = "2" });

        await site.DoAsync(vm, VmAction.Resize, resize => resize with { Disk = "scsi1", DiskGb = 150 });

        var grown = (await site.RowAsync(vm.Id))!;
        Assert.That(grown.Disks, Is.EqualTo(new[] { boot, new VmDisk("scsi1", 150, false) }));
        Assert.That((grown.DiskGb, grown.Cores, grown.Sockets), Is.EqualTo((boot.Gb + 150, 4, 2)));

        var clone = await site.CloneAsync(name: "copy", of: grown, with: copy => copy with { Full = true, Start = false, Cores = 3, DiskGb = (int)boot.Gb + 8 });
        await site.SucceededAsync(clone);

        var row = (await site.RowAsync(clone.TargetId))!;
        Assert.That((row.DiskGb, row.Cores, row.Sockets), Is.EqualTo((boot.Gb + 8 + 150, 6, 2)));
    }
}
