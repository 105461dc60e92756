namespace MultiPanel.Simulator.Tests;

/// <summary><c>protection: 1</c> keeps a VM and its disks, and is inherited by clones; a base volume is kept by its clones.</summary>
public sealed class ProtectionTests
{
    [Test]
    public async Task Protected_vm_and_its_drives_cannot_be_removed()
    {
        await using var site = await Site.StartAsync();
        await site.MadeClone(101);
        await site.Client.Put("/nodes/n1/qemu/101/config", ("protection", 1));

        var delete = await site.Client.Delete("/nodes/n1/qemu/101");
        var detach = await site.Client.Put("/nodes/n1/qemu/101/config", ("delete", "scsi0"));

        Assert.That((delete.Status, delete.Reason), Is.EqualTo((500, "can't remove VM 101 - protection mode enabled")));
        Assert.That((detach.Status, detach.Reason), Is.EqualTo((500, "can't remove drive 'scsi0' - protection mode enabled")));
        Assert.That(site.Cluster.Vm(101)!.Config, Contains.Key("scsi0"));
    }

    [Test]
    public async Task Unused_disk_of_a_protected_vm_cannot_be_removed()
    {
        await using var site = await Site.StartAsync();
        await site.MadeClone(101);
        await site.Client.Put("/nodes/n1/qemu/101/config", ("delete", "scsi0"));
        await site.Client.Put("/nodes/n1/qemu/101/config", ("protection", 1));

        var refused = await site.Client.Put("/nodes/n1/qemu/101/config", ("delete", "unused0"));

        Assert.That((refused.Status, refused.Reason), Is.EqualTo((500, "can't remove unused disk 'unused0' - protection mode enabled")));
    }

    [Test]
    public async Task Protection_and_description_are_inherited_by_clones()
    {
        await using var site = await Site.StartAsync();
        await site.Client.Put($"/nodes/n1/qemu/{Site.Template}/config", ("protection", 1), ("description", "mine"));

        await site.MadeClone(101);

        var config = site.Cluster.Vm(101)!.Config;
        Assert.That((config["protection"], config["description"]), Is.EqualTo(("1", "mine")));
    }

    [Test]
    public async Task Template_with_a_linked_clone_is_kept_by_its_task_even_when_its_disk_is_detached()
    {
        await using var site = await Site.StartAsync();
        await site.MadeClone(101);

        var attached = await DeleteTemplate(site);
        var detach = await site.Client.Put($"/nodes/n1/qemu/{Site.Template}/config", ("delete", "scsi0"));
        var detached = await DeleteTemplate(site);

        const string InUse = "base volume 'shared:9000/base-9000-disk-0.qcow2' is still in use by linked cloned";
        Assert.That(detach.Status, Is.EqualTo(200));
        Assert.That((attached, detached), Is.EqualTo((InUse, InUse)));
        Assert.That(site.Cluster.Vm(Site.Template)!.Config["boot"], Is.EqualTo(" "));
    }

    [Test]
    public async Task Base_image_cannot_grow_and_a_template_has_no_snapshots()
    {
        await using var site = await Site.StartAsync();
        var resize = (await site.Client.Put($"/nodes/n1/qemu/{Site.Template}/resize", ("disk", "scsi0"), ("size", "+1G"))).Text;
        var snapshot = (await site.Client.Post($"/nodes/n1/qemu/{Site.Template}/snapshot", ("snapname", "s1"))).Text;
        site.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.That(site.Task(resize).ExitStatus, Does.StartWith("command '/usr/bin/qemu-img resize").And.EndsWith("failed: exit code 1"));
        Assert.That(site.Task(snapshot).ExitStatus, Is.EqualTo("you can't take a snapshot if it's a template"));
    }

    [Test]
    public async Task Linked_clone_grows_and_is_no_base_of_others()
    {
        await using var site = await Site.StartAsync();
        await site.MadeClone(101);
        var resize = (await site.Client.Put("/nodes/n1/qemu/101/resize", ("disk", "scsi0"), ("size", "+1G"))).Text;
        site.Clock.Advance(TimeSpan.FromSeconds(2));

        var linked = await site.Client.Post("/nodes/n1/qemu/101/clone", ("newid", 102), ("full", 0));

        Assert.That(site.Task(resize).ExitStatus, Is.EqualTo("OK"));
        Assert.That(linked.Reason, Is.EqualTo("Linked clone feature is not supported for 'shared:9000/base-9000-disk-0.qcow2/101/vm-101-disk-0.qcow2' (scsi0)"));
    }

    private static async Task<string?> DeleteTemplate(Site site)
    {
        var answer = await site.Client.Delete($"/nodes/n1/qemu/{Site.Template}");
        site.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.That(answer.Status, Is.EqualTo(200));
        return site.Task(answer.Text).ExitStatus;
    }
}
