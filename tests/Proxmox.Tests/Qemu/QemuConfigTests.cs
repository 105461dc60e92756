using System.Text.Json;
using MultiPanel.Proxmox.Qemu;

namespace MultiPanel.Proxmox.Tests.Qemu;

internal sealed class QemuConfigTests
{
    private static QemuConfig Of(string json) => QemuConfig.From(JsonSerializer.Deserialize<JsonElement>(json));

    [Test]
    public void Numbers_may_be_texts()
    {
        var config = Of("""{"cores":"4","sockets":2,"memory":"2048","template":"1","tags":"a;b,c","agent":"1,fstrim_cloned_disks=1"}""");

        Assert.Multiple(() =>
        {
            Assert.That((config.Cores, config.Sockets, config.MemoryMb), Is.EqualTo((4, 2, 2048)));
            Assert.That(config.Template, Is.True);
            Assert.That(config.Tags, Is.EqualTo(new[] { "a", "b", "c" }));
            Assert.That(config.AgentEnabled, Is.True);
        });
    }

    [Test]
    public void What_is_absent_has_Proxmox_s_defaults()
    {
        var config = Of("""{"description":" qmclone temporary file","lock":"clone","digest":"eb54"}""");

        Assert.Multiple(() =>
        {
            Assert.That((config.Cores, config.Sockets, config.MemoryMb), Is.EqualTo((1, 1, 512)));
            Assert.That((config.Lock, config.Digest, config.Template), Is.EqualTo(("clone", "eb54", false)));
            Assert.That(config.Description, Is.EqualTo(" qmclone temporary file"));
        });
    }

    [TestCase("enabled=1,type=virtio", true)]
    [TestCase("enabled=0,type=virtio", false)]
    [TestCase("0", false)]
    [TestCase("type=virtio", false)]
    public void The_agent_is_on_or_not(string agent, bool enabled) =>
        Assert.That(Of($$"""{"agent":"{{agent}}"}""").AgentEnabled, Is.EqualTo(enabled));

    [TestCase("scsi0", "local:202/vm-202-disk-0.qcow2,size=1088M", "local", "202/vm-202-disk-0.qcow2", 1088L << 20)]
    [TestCase("virtio1", "file=ceph-1:vm-5-disk-1,iothread=1,size=32G", "ceph-1", "vm-5-disk-1", 32L << 30)]
    [TestCase("efidisk0", "local-lvm:vm-5-disk-0,efitype=4m,size=528K", "local-lvm", "vm-5-disk-0", 528L << 10)]
    [TestCase("sata3", "/dev/disk/by-id/x,size=1T", null, "/dev/disk/by-id/x", 1L << 40)]
    public void A_disk_tells_where_it_is_and_how_large(string slot, string value, string? storage, string volume, long size)
    {
        var disk = Of($$"""{"{{slot}}":"{{value}}"}""").Disks[slot];

        Assert.That((disk.Storage, disk.Volume, disk.Size), Is.EqualTo((storage, volume, (long?)size)));
    }

    [Test]
    public void Drives_are_distinguished_from_disks()
    {
        var config = Of("""{"ide2":"local:200/vm-200-cloudinit.qcow2,media=cdrom","ide0":"none,media=cdrom","scsi0":"s:vm-1-disk-0,size=1G","scsihw":"virtio-scsi-pci","unused0":"s:vm-1-disk-9","net0":"virtio=BC:24:11:45:4C:08"}""");

        Assert.Multiple(() =>
        {
            Assert.That(config.Disks.Keys, Is.EquivalentTo(new[] { "ide0", "ide2", "scsi0" }));
            Assert.That((config.Disks["ide2"].IsCdrom, config.Disks["ide2"].IsCloudInit), Is.EqualTo((true, true)));
            Assert.That((config.Disks["ide0"].IsCdrom, config.Disks["ide0"].VolId), Is.EqualTo((true, (string?)null)));
            Assert.That((config.Disks["scsi0"].IsCdrom, config.Disks["scsi0"].VolId), Is.EqualTo((false, "s:vm-1-disk-0")));
            Assert.That(config.Raw["net0"], Is.EqualTo("virtio=BC:24:11:45:4C:08"));
        });
    }
}
