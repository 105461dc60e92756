namespace MultiPanel.Contracts.Workflows;

/// <summary>A command whose job takes a Proxmox template into the panel's list. The template's row exists from the accept on.</summary>
public interface ICreatesTemplate
{
    /// <summary>The template's VMID; null in jobs of older versions, whose deleted row cannot be restored.</summary>
    int? Vmid { get; }
}
