namespace MultiPanel.Proxmox.Errors;

/// <summary>The guest agent did not do what it was asked.</summary>
public sealed class PveAgentException(PveFault fault, AgentProblem problem) : PveException(fault)
{
    public AgentProblem Problem => problem;
}
