using MultiPanel.Contracts.Cloning;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.Cloning;

/// <summary>Grows the disk that was named, else the one that the clone boots from, if a size was given and it is smaller.</summary>
public sealed class ResizeCloneStep : Step
{
    public override string Name => CloneVmSteps.Resize;

    public override async Task<StepOutcome?> LookAsync(StepContext step, CancellationToken cancellation)
    {
        var command = step.Command<CloneVm>();
        if (command.DiskGb is not { } size)
        {
            return new StepOutcome.Skipped("No disk size was given");
        }

        var disk = await DiskGrowth.FindAsync(step, step.Vm, command.Disk, cancellation);
        return disk.Size >= DiskGrowth.Bytes(size) ? new StepOutcome.Done($"{disk.Slot} has {size} GiB or more") : null;
    }

    public override async Task<StepOutcome> ActAsync(StepContext step, CancellationToken cancellation)
    {
        var (vm, command) = (step.Vm, step.Command<CloneVm>());
        var disk = await DiskGrowth.FindAsync(step, vm, command.Disk, cancellation);
        return new StepOutcome.Watch(await step.Pve.Qemu.ResizeAsync(vm.Node!, vm.Vmid!.Value, disk.Slot, $"{command.DiskGb}G", cancellation))
        {
            Message = DiskGrowth.Message(disk, command.DiskGb!.Value),
        };
    }
}
