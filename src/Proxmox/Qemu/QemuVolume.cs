using System.Text.RegularExpressions;

namespace MultiPanel.Proxmox.Qemu;

/// <summary>
/// A volume as its id says it. The volume of a linked clone names the base that it stands on:
/// <c>706/base-706-disk-0.qcow2/707/vm-707-disk-0.qcow2</c> on a directory, <c>base-706-disk-0/vm-707-disk-0</c> on ZFS and Ceph
/// (<c>parse_volname</c> of their plugins). On LVM-thin it does not, and there nothing keeps Proxmox from removing the base.
/// </summary>
/// <param name="Id">As in <c>local:200/vm-200-disk-0.qcow2</c>.</param>
/// <param name="Storage">The storage.</param>
/// <param name="Base">Its own name where it is a template's, as in <c>base-706-disk-0.qcow2</c>; null: it is none.</param>
/// <param name="StandsOn">The name of the base that it stands on; null: none, or the storage does not say.</param>
public sealed partial record QemuVolume(string Id, string Storage, string? Base, string? StandsOn)
{
    /// <returns>Null: it is no volume of a storage.</returns>
    public static QemuVolume? Parse(string volumeId)
    {
        if (volumeId.Split(':', 2) is not [{ Length: > 0 } storage, { Length: > 0 } volume] || volume[0] == '/')
        {
            return null;
        }

        var parts = volume.Split('/');
        return new QemuVolume(volumeId, storage, IsBase.IsMatch(parts[^1]) ? parts[^1] : null, parts[..^1].LastOrDefault(part => IsBase.IsMatch(part)));
    }

    [GeneratedRegex(@"^base(?:vol)?-\d+-")]
    private static partial Regex IsBase { get; }
}
