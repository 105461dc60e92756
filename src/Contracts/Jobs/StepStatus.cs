namespace MultiPanel.Contracts.Jobs;

public enum StepStatus
{
    Pending,
    /// <summary>Ready to act, but its slot, its node or its cluster is not; the step's message says which.</summary>
    Waiting,
    Running,
    /// <summary>Its Proxmox task ended without telling how; the worker is looking whether the effect is there.</summary>
    Uncertain,
    Succeeded,
    Failed,
    Skipped,
}
