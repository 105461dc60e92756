using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Proxmox.Sight;

namespace MultiPanel.Workers.VmOperations;

/// <summary>An operation whose effect the VM's status alone shows.</summary>
public abstract class PowerOperation : VmOperation
{
    public override string? Class => AdmissionClass.Power;

    public override bool Shows(VmSight seen, OperateVm command) => Shows(seen.Status, command);

    /// <summary>After it was done: the VM shows the effect.</summary>
    public abstract bool Shows(QemuStatus status, OperateVm command);
}
