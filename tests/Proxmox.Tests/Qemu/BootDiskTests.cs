using System.Text.Json;
using MultiPanel.Proxmox.Qemu;

namespace MultiPanel.Proxmox.Tests.Qemu;

/// <summary>The rule of <c>PVE::QemuServer::Drive::get_bootdisks</c>.</summary>
internal sealed class BootDiskTests
{
    private const string Disks = """
        "scsi10":"s:10,size=1G","scsi2":"s:2,size=1G","virtio0":"s:v0,size=1G","ide2":"s:1/vm-1-cloudinit.qcow2,media=cdrom",
        "efidisk0":"s:e,size=4M","sata0":"none,media=cdrom"
        """;

    [TestCase("order=scsi10;scsi2", null, "scsi10")]
    [TestCase("order=net0;ide2;virtio0;scsi2", null, "virtio0")]
    [TestCase("order=scsi2", "virtio0", "scsi2")]
    [TestCase("c", "virtio0", "virtio0")]
    [TestCase("cdn", "scsi10", "scsi10")]
    [TestCase("legacy=cdn", "scsi2", "scsi2")]
    [TestCase(null, "virtio0", "virtio0")]
    [TestCase("order=net0", "virtio0", null)]
    [TestCase("cdn", null, null)]
    [TestCase("cdn", "scsi7", null)]
    [TestCase(null, null, null)]
    public void The_disk_that_it_boots_from(string? boot, string? bootDisk, string? slot)
    {
        var options = string.Concat(boot is null ? "" : $",\"boot\":\"{boot}\"", bootDisk is null ? "" : $",\"bootdisk\":\"{bootDisk}\"");

        Assert.That(Of(options).BootDisk, Is.EqualTo(slot));
    }

    [Test]
    public void Disks_are_in_the_order_of_their_numbers_and_no_others_are_among_them() =>
        Assert.That(Of("").DataDisks.Select(disk => disk.Slot), Is.EqualTo(new[] { "scsi2", "scsi10", "virtio0" }));

    private static QemuConfig Of(string options) => QemuConfig.From(JsonSerializer.Deserialize<JsonElement>($$"""{{{Disks}}{{options}}}"""));
}
