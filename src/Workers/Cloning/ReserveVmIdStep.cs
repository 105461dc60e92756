using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.Cloning;

/// <summary>Takes a VMID that neither the panel nor Proxmox uses, and settles on which node the VM will be.</summary>
public sealed class ReserveVmIdStep(VmidAllocator vmids) : Step
{
    public override string Name => CloneVmSteps.Reserve;

    public override async Task<StepOutcome?> LookAsync(StepContext step, CancellationToken cancellation) =>
        step.Vm is { Vmid: { } vmid, Node: { } node } ? new StepOutcome.Done($"VMID {vmid} on {node}") : null;

    public override async Task<StepOutcome> ActAsync(StepContext step, CancellationToken cancellation)
    {
        var command = step.Command<CloneVm>();
        var vm = step.Vm;
        var source = await step.FindVmAsync(command.SourceId, cancellation)
            ?? throw new StepException(JobErrorCodes.VmNotFound, "The template or VM to clone is no longer in the panel.");
        var sight = await step.RecentlyAsync(source)
            ?? throw new StepException(JobErrorCodes.VmNotFound, $"{source.Name} (VMID {source.Vmid}) is no longer in cluster {step.Cluster.Name}.");
        step.RequireSame(source, sight);
        if (command.Snapshot is { } snapshot)
        {
            var then = await step.Pve.Qemu.SnapshotConfigAsync(sight.Node, sight.Status.VmId, snapshot, cancellation);
            sight = sight with { Config = then };
        }

        await GrowthGuard.ReserveAsync(step, SizeOf(command, sight.Config), command.Snapshot is { } old ? $"{source.Name} had at the snapshot {old}" : $"{source.Name} has by now", cancellation);
        SourceCheck.Require(command, sight, $"{source.Name} (VMID {source.Vmid})");
        var node = await Placement.ChooseAsync(step, PlacementNeeds.Of(command, command.Networks, sight), command.Node);
        var vmid = command.Vmid is { } asked ? await VmidAllocator.TakeAskedAsync(step, vm, asked, node, cancellation) : await vmids.TakeNextAsync(step, vm, node, cancellation);
        var inherited = SourceCheck.Inherited(sight.Config);
        return new StepOutcome.Done(
            inherited.Count == 0 ? $"VMID {vmid} on {node}" : $"VMID {vmid} on {node}. It takes over from {source.Name}: {string.Join("; ", inherited)}")
        {
            Warnings = inherited.Count,
        };
    }

    private static WantedSize SizeOf(CloneVm command, QemuConfig source)
    {
        var disks = ConfiguredDisks.Sizes(source);
        return new WantedSize(command.Cores ?? source.Cores, command.MemoryMb ?? source.MemoryMb, null, null)
        {
            Sockets = command.Sockets ?? source.Sockets,
            DisksGb = VmDisk.Grown(disks, VmDisk.Sum(disks), command.Disk, command.DiskGb),
        };
    }
}
