using System.Text.Json;
using MultiPanel.Proxmox.Http;

namespace MultiPanel.Proxmox.Nodes;

/// <summary>A volume in a storage. Sizes are bytes.</summary>
/// <param name="VolId">As in <c>local:200/vm-200-disk-0.qcow2</c>.</param>
/// <param name="VmId">The VM that owns it; null for images without an owner.</param>
/// <param name="Parent">The base of a linked clone's disk.</param>
public sealed record StorageVolume(
    string VolId,
    string? Content,
    string? Format,
    long? Size,
    long? Used,
    int? VmId,
    string? Parent,
    DateTimeOffset? Created)
{
    internal static StorageVolume From(JsonElement row) => new(
        row.Text("volid") ?? "",
        row.Text("content"),
        row.Text("format"),
        row.Long("size"),
        row.Long("used"),
        row.Int("vmid"),
        row.Text("parent"),
        row.Time("ctime"));
}
