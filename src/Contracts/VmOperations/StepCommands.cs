using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Contracts.VmOperations;

/// <summary>Start, or attach to, the Proxmox task.</summary>
public sealed record RunVmTask(Guid JobId) : IStepCommand;

/// <summary>See that the VM is as it should be now, record it.</summary>
public sealed record ObserveVm(Guid JobId) : IStepCommand;
