using MultiPanel.Contracts.VmOperations;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.VmOperations.Operations;

/// <summary>Grows a disk to a size. To shrink is what Proxmox refuses, in its own words.</summary>
public sealed class ResizeDisk : VmOperation
{
    public override VmAction Action => VmAction.Resize;

    public override IReadOnlyList<string> TaskTypes => ["resize"];

    public override async Task<Upid?> StartAsync(StepContext step, VmSight seen, OperateVm command, CancellationToken cancellation)
    {
        var disk = await DiskGrowth.FindAsync(step, step.Vm, command.Disk, cancellation);
        return disk.Size == DiskGrowth.Bytes(command.DiskGb!.Value)
            ? null
            : await step.Pve.Qemu.ResizeAsync(seen.Node, seen.Status.VmId, disk.Slot, $"{command.DiskGb}G", cancellation);
    }
}
