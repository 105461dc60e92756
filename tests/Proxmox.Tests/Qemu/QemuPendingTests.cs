using System.Text.Json;
using MultiPanel.Proxmox.Qemu;

namespace MultiPanel.Proxmox.Tests.Qemu;

internal sealed class QemuPendingTests
{
    [Test]
    public void What_waits_for_the_next_start_stands_beside_what_is_configured()
    {
        var seen = Of("""
            [{"key":"cores","value":1,"pending":2},{"key":"memory","value":"192","pending":"256"},{"key":"net1","pending":"virtio"},
             {"key":"net0","value":"virtio=BC:24:11:2D:D8:77,bridge=vmbr0","delete":1},{"key":"name","value":"web"},{"key":"scsi0","value":"local:1/vm-1-disk-0.raw,size=1G"}]
            """);

        Assert.That(seen.Changes, Is.EqualTo(new QemuPendingChange[]
        {
            new("cores", "1", "2"), new("memory", "192", "256"), new("net0", "virtio=BC:24:11:2D:D8:77,bridge=vmbr0", null), new("net1", null, "virtio"),
        }));
        Assert.That((seen.Config.Cores, seen.Config.MemoryMb, seen.Config.Name, seen.Config.Raw.ContainsKey("net0")), Is.EqualTo((2, 256, "web", false)));
        Assert.That(seen.Config.Disks["scsi0"].Size, Is.EqualTo(1L << 30));
    }

    [Test]
    public void Where_nothing_waits_there_are_no_changes() => Assert.That(Of("""[{"key":"cores","value":4}]""").Changes, Is.Empty);

    private static QemuPending Of(string json) => QemuPending.From([.. JsonSerializer.Deserialize<JsonElement>(json).EnumerateArray()]);
}
