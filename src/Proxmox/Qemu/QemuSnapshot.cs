using System.Text.Json;
using MultiPanel.Proxmox.Http;

namespace MultiPanel.Proxmox.Qemu;

/// <summary>A snapshot of a VM.</summary>
/// <param name="Parent">The snapshot it follows on; null for the first.</param>
/// <param name="Time">When it was made.</param>
/// <param name="VmState">With the memory.</param>
/// <param name="IsCurrent">Not a snapshot but the VM's present state, named <c>current</c>: its parent is the last one.</param>
public sealed record QemuSnapshot(string Name, string? Description, string? Parent, DateTimeOffset? Time, bool VmState, bool IsCurrent)
{
    internal static QemuSnapshot From(JsonElement row)
    {
        var name = row.Text("name") ?? "";
        return new QemuSnapshot(name, row.Text("description"), row.Text("parent"), row.Time("snaptime"), row.Flag("vmstate"), name == "current");
    }
}
