using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Workflows;
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
        var size = command.DiskGb!.Value;
        var disk = DiskGrowth.Find(seen.Config, command.Disk, $"VM {step.Vm.Name} (VMID {step.Vm.Vmid})");
        if (disk.Size == DiskGrowth.Bytes(size))
        {
            step.Note = $"{disk.Slot} has {size} GiB already";
            return null;
        }

        await GrowthGuard.ConfirmAsync(step, new WantedSize(null, null, disk.Slot, size), cancellation);
        step.Note = DiskGrowth.Message(disk, size);
        return await step.Pve.Qemu.ResizeAsync(seen.Node, seen.Status.VmId, disk.Slot, $"{size}G", cancellation);
    }
}
