using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Contracts.Cloning;

/// <summary>Take a free VMID and choose the node.</summary>
public sealed record ReserveVmId(Guid JobId) : IStepCommand;

/// <summary>Start, or attach to, the Proxmox task that clones.</summary>
public sealed record RunCloneTask(Guid JobId) : IStepCommand;

/// <summary>Set cores, memory, cloud-init, tags; mark the VM as ours.</summary>
public sealed record ConfigureClone(Guid JobId) : IStepCommand;

/// <summary>Grow the first disk.</summary>
public sealed record ResizeClone(Guid JobId) : IStepCommand;

/// <summary>Power the new VM on.</summary>
public sealed record StartClone(Guid JobId) : IStepCommand;

/// <summary>Ask the guest agent once; not there yet is asked again a little later.</summary>
public sealed record ProbeAgent(Guid JobId) : IStepCommand;

/// <summary>Remove what the job made: the task, the VM, the reservation.</summary>
public sealed record UndoClone(Guid JobId) : IStepCommand;
