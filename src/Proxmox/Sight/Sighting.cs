using MultiPanel.Proxmox.Errors;

namespace MultiPanel.Proxmox.Sight;

/// <summary>What looking at Proxmox yielded. Nothing destructive may follow from <see cref="Unknown"/>.</summary>
public abstract record Sighting<T>
{
    private Sighting()
    {
    }

    public sealed record Exists(T Value) : Sighting<T>;

    /// <summary>Proxmox said that it is not there, and would have shown it.</summary>
    public sealed record Gone : Sighting<T>;

    /// <summary>
    /// It could not be seen: no answer, no permission, no quorum, or contradictions. With a <see cref="PveHiddenException"/> the VMID is
    /// taken, and Proxmox does not show by what.
    /// </summary>
    public sealed record Unknown(PveException Why) : Sighting<T>;
}
