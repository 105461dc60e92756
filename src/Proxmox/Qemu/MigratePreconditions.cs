using System.Text.Json;
using MultiPanel.Proxmox.Http;

namespace MultiPanel.Proxmox.Qemu;

/// <summary>What stands for and against moving a VM.</summary>
/// <param name="AllowedNodes">Empty also where Proxmox did not check, as for a running VM before 8.4.</param>
/// <param name="NotAllowedNodes">The reason as JSON by node; nodes with an empty reason are allowed.</param>
/// <param name="LocalDisks">Volumes that are not on shared storage.</param>
/// <param name="LocalResources">Devices that hold the VM on its node.</param>
public sealed record MigratePreconditions(
    bool Running,
    IReadOnlyList<string> AllowedNodes,
    IReadOnlyDictionary<string, string> NotAllowedNodes,
    IReadOnlyList<string> LocalDisks,
    IReadOnlyList<string> LocalResources)
{
    internal static MigratePreconditions From(JsonElement data) => new(
        data.Flag("running"),
        Texts(data.Field("allowed_nodes")),
        data.Field("not_allowed_nodes").Fields()
            .Where(node => node.Value.Fields().Any())
            .ToDictionary(node => node.Name, node => node.Value.GetRawText()),
        [.. data.Field("local_disks").Rows().Select(disk => disk.Text("volid") ?? disk.Scalar() ?? "")],
        Texts(data.Field("local_resources")));

    private static List<string> Texts(JsonElement rows) => [.. rows.Rows().Select(row => row.Scalar() ?? "")];
}
