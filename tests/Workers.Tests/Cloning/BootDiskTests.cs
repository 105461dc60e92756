using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data.Vms;
using MultiPanel.TestKit;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Tests.Cloning;

/// <summary>The disk that grows is the one that the VM boots from, by Proxmox's rule; where nothing decides, none grows.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class BootDiskTests
{
    [TestCase("boot=c,bootdisk=virtio0", "virtio0", TestName = "The old style's bootdisk grows")]
    [TestCase("boot=order=net0;virtio0;scsi0", "virtio0", TestName = "The first disk of the boot order grows")]
    [TestCase("boot=order=scsi0,bootdisk=virtio0", "scsi0", TestName = "A boot order counts before bootdisk")]
    public async Task The_boot_disk_grows(string boot, string grows)
    {
        await using var site = await Site.StartAsync();
        var source = await TwoDisksAsync(site, boot);

        var clone = await site.SucceededAsync(await site.CloneAsync(of: source, with: copy => copy with { Full = true, Start = false, DiskGb = 8 }));

        var vm = (await site.RowAsync(clone.TargetId))!;
        var before = grows == "scsi0" ? 5 : 3;
        Assert.That(SizeOf(site, vm, grows), Is.EqualTo("8G"));
        Assert.That(SizeOf(site, vm, grows == "scsi0" ? "virtio0" : "scsi0"), Is.EqualTo(grows == "scsi0" ? "3G" : "5G"));
        Assert.That(clone.FindStep(CloneVmSteps.Resize)!.Message, Is.EqualTo($"{grows}: {before} GiB to 8 GiB"));
        Assert.That(vm.Disks![0], Is.EqualTo(new VmDisk(grows, 8, true)));

        var resized = await site.DoAsync(vm, VmAction.Resize, resize => resize with { DiskGb = 9 });
        Assert.That(SizeOf(site, vm, grows), Is.EqualTo("9G"));
        Assert.That(resized.FindStep(VmOperationSteps.Task)!.Message, Is.EqualTo($"{grows}: 8 GiB to 9 GiB"));
    }

    [Test]
    public async Task Where_nothing_decides_the_clone_is_refused_before_it_is_made_and_the_disks_are_listed()
    {
        await using var site = await Site.StartAsync();
        var source = await TwoDisksAsync(site, "boot=cdn");

        var clone = await site.EndedAsync(await site.CloneAsync(of: source, with: copy => copy with { Full = true, DiskGb = 8 }));
        var resize = await site.EndedAsync(await site.OperateAsync(source.Id, VmAction.Resize, grow => grow with { DiskGb = 8 }));

        foreach (var error in new[] { clone.Error!, resize.Error! })
        {
            Assert.That(error.Code, Is.EqualTo(JobErrorCodes.InvalidParameter));
            Assert.That(error.Message, Does.Contain("scsi0 (5 GiB), virtio0 (3 GiB)"));
        }

        Assert.That(clone.Error!.Step, Is.EqualTo(CloneVmSteps.Reserve));
        Assert.That(site.Proxmox.Tasks.Where(task => task.Type is "qmclone" or "resize"), Is.Empty);
    }

    [Test]
    public async Task A_disk_that_is_named_grows_though_another_boots()
    {
        await using var site = await Site.StartAsync();
        var source = await TwoDisksAsync(site, "boot=order=virtio0");

        var clone = await site.SucceededAsync(await site.CloneAsync(of: source, with: copy => copy with { Full = true, Start = false, DiskGb = 8, Disk = "scsi0" }));

        var vm = (await site.RowAsync(clone.TargetId))!;
        Assert.That((SizeOf(site, vm, "scsi0"), SizeOf(site, vm, "virtio0"), vm.DiskGb), Is.EqualTo(("8G", "3G", (double?)11)));
    }

    private static Task<Vm> TwoDisksAsync(Site site, string boot) => site.MakeInProxmoxAsync(
        710, "legacy",
        [
            ("scsi0", "nfs-shared:5"), ("virtio0", "nfs-shared:3"),
            .. boot.Split(',').Select(option => option.Split('=', 2)).Select(option => (option[0], option[1])),
        ]);

    private static string SizeOf(Site site, Vm vm, string slot) => site.InProxmox(vm)!.Config[slot].Split("size=")[1].Split(',')[0];
}
