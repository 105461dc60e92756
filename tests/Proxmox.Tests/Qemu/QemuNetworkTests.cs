using System.Text.Json;
using MultiPanel.Proxmox.Qemu;

namespace MultiPanel.Proxmox.Tests.Qemu;

internal sealed class QemuNetworkTests
{
    [TestCase("virtio=BC:24:11:45:4C:08,bridge=vmbr0,firewall=1,tag=20", "virtio", "BC:24:11:45:4C:08", "vmbr0")]
    [TestCase("e1000,bridge=vmbr1", "e1000", null, "vmbr1")]
    [TestCase("model=vmxnet3,macaddr=BC:24:11:45:4C:08,bridge=vmbr0", "vmxnet3", "BC:24:11:45:4C:08", "vmbr0")]
    public void A_card_has_its_model_its_address_and_its_bridge(string value, string model, string? mac, string bridge)
    {
        var card = Of(value);

        Assert.That((card.Model, card.Mac, card.Bridge), Is.EqualTo((model, mac, bridge)));
    }

    [Test]
    public void It_is_written_as_proxmox_has_it() =>
        Assert.That(Of("virtio=BC:24:11:45:4C:08,tag=20,bridge=vmbr0,firewall=1").ToString(), Is.EqualTo("virtio=BC:24:11:45:4C:08,bridge=vmbr0,firewall=1,tag=20"));

    private static QemuNetwork Of(string value) => QemuConfig.From(JsonSerializer.Deserialize<JsonElement>($$"""{"net0":"{{value}}"}""")).Networks["net0"];
}
