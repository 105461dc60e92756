using MultiPanel.Contracts.Cloning;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.Cloning;

/// <summary>Grows the clone's first disk, if a size was given and it is smaller.</summary>
public sealed class ResizeCloneStep : Step
{
    public override string Name => CloneVmSteps.Resize;

    public override async Task<StepOutcome?> LookAsync(StepContext step, CancellationToken cancellation)
    {
        if (step.Command<CloneVm>().DiskGb is not { } size)
        {
            return new StepOutcome.Skipped("No disk size was given");
        }

        var disk = await DiskGrowth.FindAsync(step, step.Vm, slot: null, cancellation);
        return disk.Size >= DiskGrowth.Bytes(size) ? new StepOutcome.Done($"{disk.Slot} has {size} GiB or more") : null;
    }

    public override async Task<StepOutcome> ActAsync(StepContext step, CancellationToken cancellation)
    {
        var vm = step.Vm;
        var disk = await DiskGrowth.FindAsync(step, vm, slot: null, cancellation);
        return new StepOutcome.Watch(await step.Pve.Qemu.ResizeAsync(
            vm.Node!, vm.Vmid!.Value, disk.Slot, $"{step.Command<CloneVm>().DiskGb}G", cancellation));
    }
}
