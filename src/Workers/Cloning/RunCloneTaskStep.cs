using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Admission;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.Cloning;

/// <summary>Clones. The reserved VMID makes it happen once: Proxmox refuses a second clone to it, and what runs is attached to.</summary>
public sealed class RunCloneTaskStep(VmidAllocator vmids) : Step
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(8);

    public override string Name => CloneVmSteps.Clone;

    public override async Task<Slot?> SlotAsync(StepContext step, CancellationToken cancellation)
    {
        var command = step.Command<CloneVm>();
        var source = await ClonedAsync(step, command, await SourceAsync(step, command, step.RecentlyAsync, cancellation));
        var disk = source.Config.Disks.Values.FirstOrDefault(disk => !disk.IsCdrom);
        var storage = command.Storage ?? disk?.Storage;
        var shared = storage is not null && (await Placement.StoragesAsync(step, source.Node)).Any(s => s.Storage == storage && s.Shared);
        return new Slot(AdmissionClass.Clone, source.Node, shared ? storage : storage is null ? null : $"{source.Node}/{storage}");
    }

    public override async Task<StepOutcome?> LookAsync(StepContext step, CancellationToken cancellation)
    {
        if (!step.MayHaveActed)
        {
            return null; // the VMID was seen to be free when it was reserved
        }

        var vm = step.Vm;
        VmSight? seen;
        try
        {
            seen = await step.ObserveAsync(vm, cancellation);
        }
        catch (PveHiddenException)
        {
            return await HiddenAsync(step, vm, cancellation);
        }

        if (seen is null)
        {
            return null;
        }

        if (Marker.IsOn(seen.Config, vm.Id, step.Job.Id))
        {
            return seen.Config.Lock is "clone" or "create"
                ? await CloneTask.FindAsync(step, vm, cancellation) is { } finishing ? new StepOutcome.Watch(finishing) : new StepOutcome.Done()
                : new StepOutcome.Done();
        }

        if (seen.Config.Lock is not ("clone" or "create"))
        {
            throw Taken(vm);
        }

        if (await CloneTask.FindAsync(step, vm, cancellation) is { } running)
        {
            return new StepOutcome.Watch(running);
        }

        // It may have ended between the two looks, or not have written its log's first line yet.
        return IsSettling(step)
            ? new StepOutcome.Later(TimeSpan.FromSeconds(1), "Looking for the clone's task") { Trouble = true }
            : throw new StepException(
                JobErrorCodes.TaskLost,
                $"The clone of VMID {vm.Vmid} was killed half-way and left it locked. Only root@pam can clear that: qm unlock {vm.Vmid}, then qm destroy {vm.Vmid}.",
                $"lock: {seen.Config.Lock}, description: {seen.Config.Description?.Trim()}");
    }

    /// <summary>A clone is in its pool only once it is ready: until then its task shows it to an identity with that pool's rights.</summary>
    private static async Task<StepOutcome> HiddenAsync(StepContext step, Vm vm, CancellationToken cancellation)
    {
        if (await CloneTask.FindAsync(step, vm, cancellation) is { } running)
        {
            return new StepOutcome.Watch(running);
        }

        if (!CloneTask.MayHaveBegun(step.Job))
        {
            throw Taken(vm);
        }

        return IsSettling(step)
            ? new StepOutcome.Later(TimeSpan.FromSeconds(1), $"{HiddenVm.Text(vm.Vmid)}; looking for the clone's task") { Trouble = true, KeepsSlot = true }
            : throw new StepException(
                JobErrorCodes.TaskLost,
                $"{HiddenVm.Text(vm.Vmid)}, and no clone of this job runs. The clone was killed half-way, or another VM took the VMID.");
    }

    private static bool IsSettling(StepContext step) => step.Now - (step.State.TroubleSince ?? step.Now) < Settling;

    private static StepException Taken(Vm vm) => new(
        JobErrorCodes.AlreadyExists, $"VMID {vm.Vmid} was taken by another VM before the clone began. Nothing was touched; try again.");

    public override async Task<StepOutcome> ActAsync(StepContext step, CancellationToken cancellation)
    {
        var command = step.Command<CloneVm>();
        var vm = step.Vm;
        var source = await SourceAsync(step, command, row => step.ObserveAsync(row, cancellation), cancellation);
        try
        {
            return new StepOutcome.Watch(await CloneAsync(step, command, vm, source, cancellation));
        }
        catch (PveException refused) when (command.Node is null && NeedsItsNode(refused))
        {
            var cloned = await ClonedAsync(step, command, source);
            var node = await Placement.ChooseAsync(step, PlacementNeeds.Of(command, command.Networks, cloned), null);
            if (node == vm.Node)
            {
                throw;
            }

            await step.SaveVmAsync(row => row.Node = node, cancellation);
            return new StepOutcome.Later(TimeSpan.Zero, $"What is to be cloned has moved to {source.Node} meanwhile; trying on {node}");
        }
        catch (PveAlreadyExistsException) when (!step.MayHaveActed) // else it is looked into: most likely it is our own
        {
            // Only the panel knows the reservation: a VM of that number was made in Proxmox meanwhile.
            var taken = vm.Vmid;
            if (command.Vmid is not null)
            {
                throw new StepException(JobErrorCodes.AlreadyExists, $"VMID {taken}, asked for, was taken in Proxmox meanwhile. Leave vmid out, or choose another.");
            }

            var next = await vmids.TakeNextAsync(step, vm, vm.Node!, cancellation);
            return new StepOutcome.Later(TimeSpan.Zero, $"VMID {taken} was taken by another VM; trying with {next}");
        }
    }

    /// <summary>A definite refusal (PVE::API2::Qemu): disks on a node's own storage are cloned on that node alone.</summary>
    private static bool NeedsItsNode(PveException refused) => refused.Text.Contains("VM uses local storage", StringComparison.Ordinal);

    private static async Task<Upid> CloneAsync(StepContext step, CloneVm command, Vm vm, VmSight source, CancellationToken cancellation) =>
        await step.Pve.Qemu.CloneAsync(source.Node, source.Status.VmId, new CloneRequest(vm.Vmid!.Value)
        {
            Name = vm.Name,
            Description = Marker.Description(command.Description, vm.Id, step.Job.Id, step.Installation),
            Full = command.Full,
            Storage = command.Storage,
            Target = vm.Node == source.Node ? null : vm.Node,
            Pool = await VmPool.OfAsync(step, command, vm),
            SnapName = command.Snapshot,
        }, cancellation);

    /// <summary>The source with the configuration that is cloned: that of a snapshot, where one was named.</summary>
    private static async Task<VmSight> ClonedAsync(StepContext step, CloneVm command, VmSight source) => command.Snapshot is not { } snapshot
        ? source
        : source with
        {
            Config = await step.RecentAsync(
                $"snapshot {snapshot} of vm {command.SourceId} on {source.Node}", pve => pve.Qemu.SnapshotConfigAsync(source.Node, source.Status.VmId, snapshot)),
        };

    private static async Task<VmSight> SourceAsync(
        StepContext step, CloneVm command, Func<Vm, Task<VmSight?>> observe, CancellationToken cancellation)
    {
        var row = await step.FindVmAsync(command.SourceId, cancellation);
        var seen = (row is null ? null : await observe(row))
            ?? throw new StepException(JobErrorCodes.VmNotFound, "The template or VM to clone is no longer there.");
        step.RequireSame(row!, seen);
        return seen;
    }
}
