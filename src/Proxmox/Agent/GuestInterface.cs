using System.Text.Json;
using MultiPanel.Proxmox.Http;

namespace MultiPanel.Proxmox.Agent;

/// <summary>A network interface in the guest; it may have no address yet.</summary>
public sealed record GuestInterface(string Name, string? HardwareAddress, IReadOnlyList<GuestAddress> Addresses)
{
    internal static GuestInterface From(JsonElement row) => new(
        row.Text("name") ?? "",
        row.Text("hardware-address"),
        [.. row.Field("ip-addresses").Rows().Select(address =>
            new GuestAddress(address.Text("ip-address") ?? "", address.Text("ip-address-type") ?? "", address.Int("prefix") ?? 0))]);
}
