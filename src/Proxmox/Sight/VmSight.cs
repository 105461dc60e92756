using MultiPanel.Proxmox.Qemu;

namespace MultiPanel.Proxmox.Sight;

/// <summary>A VM as it was seen.</summary>
/// <param name="Node">Where it is.</param>
public sealed record VmSight(string Node, QemuStatus Status, QemuConfig Config);
