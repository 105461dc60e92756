namespace MultiPanel.Proxmox.Errors;

/// <summary>The answering node has no quorum: nothing can be changed, and what it shows may be old.</summary>
public sealed class PveNoQuorumException(PveFault fault) : PveException(fault)
{
    public override bool IsTransient => true;
}
