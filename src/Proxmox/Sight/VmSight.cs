using MultiPanel.Proxmox.Qemu;

namespace MultiPanel.Proxmox.Sight;

/// <summary>A VM as it was seen. Where only the configuration was asked for, the status is <see cref="QemuStatus.Unasked"/>.</summary>
/// <param name="Node">Where it is.</param>
public sealed record VmSight(string Node, QemuStatus Status, QemuConfig Config);

/// <summary>A VM's status as it was seen.</summary>
/// <param name="Node">Where it is.</param>
public sealed record VmStatusSight(string Node, QemuStatus Status);
