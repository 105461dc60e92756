namespace MultiPanel.Proxmox.Errors;

/// <summary>The answering node cannot reach the one meant: 595 (off or refusing), 596 and 599 (hanging), or its name is unknown.</summary>
public sealed class PveNodeUnreachableException(PveFault fault, string? node = null) : PveException(fault)
{
    /// <summary>The node, where the path or text names it.</summary>
    public string? Node => node;

    public override bool IsTransient => true;
}
