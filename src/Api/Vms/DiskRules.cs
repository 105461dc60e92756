using System.Globalization;
using MultiPanel.Api.Http;
using MultiPanel.Data.Vms;

namespace MultiPanel.Api.Vms;

/// <summary>Whether a disk can grow to a size, as far as the inventory knows the disks; the job looks at the VM itself.</summary>
internal static class DiskRules
{
    /// <param name="disks">Null: not known.</param>
    /// <param name="slot">Null: the one that the VM boots from.</param>
    /// <param name="gb">Null: none is to grow.</param>
    /// <param name="whose">Whose disks they are, as in <c>the template</c>.</param>
    public static void Grows(IReadOnlyList<VmDisk>? disks, string? slot, int? gb, string whose, Rules rules)
    {
        if (gb is not { } size || disks is null)
        {
            return;
        }

        if (slot is null && VmDisk.Choice(disks) is { } choice)
        {
            rules.Fail("disk", $"is required: {whose} has several disks, and nothing says which one it boots from: {choice}");
            return;
        }

        var disk = disks.FirstOrDefault(disk => slot is null || disk.Slot == slot);
        rules.That(disk is null || size >= disk.Gb, "disk_gb", $"must be at least the {disk?.Gb.ToString(CultureInfo.InvariantCulture)} GiB that {disk?.Slot} of {whose} has: disks only grow");
    }
}
