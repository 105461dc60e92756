namespace MultiPanel.Proxmox.Errors;

/// <summary>Why the guest agent did not answer.</summary>
public enum AgentProblem
{
    /// <summary>The VM's configuration has no agent: it never will answer.</summary>
    NotConfigured,

    /// <summary>The guest is not up yet, or has no agent installed.</summary>
    NotRunning,

    /// <summary>The agent answered with an error of its own.</summary>
    Failed,
}
