using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Workers.Admission;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.Cloning;

/// <summary>
/// Removes what the job made: stops its clone, powers the VM off, deletes it, frees the VMID. One task at a time, then it
/// looks again, until the VM is gone. Without the marker, or when it cannot see, it removes nothing.
/// </summary>
public sealed class UndoCloneStep : Step
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>How many tasks may fail to remove the VM before it is reported instead.</summary>
    private const int MaxTasks = 6;

    public override string Name => CloneVmSteps.Undo;

    public override bool Undoes => true;

    /// <summary>A clone whose answer was lost shows within this time, or was never begun.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(8);

    public override async Task<Slot?> SlotAsync(StepContext step, CancellationToken cancellation) =>
        step.FoundVm is { Node: not null } vm && await ShownAsync(step, vm, cancellation) is { } seen
            ? new Slot(seen.Status.IsRunning ? AdmissionClass.Power : AdmissionClass.Delete, seen.Node)
            : null;

    public override async Task<StepOutcome?> LookAsync(StepContext step, CancellationToken cancellation)
    {
        if (step.FoundVm is not { } vm)
        {
            return new StepOutcome.Done("Nothing was left to remove");
        }

        if (vm.Vmid is null || NeverBegun(step.Job))
        {
            await ForgetAsync(step, vm, cancellation);
            return new StepOutcome.Done("Nothing had been made yet");
        }

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
            if (MayBeCloning(step.Job) && step.Age < Settling)
            {
                return new StepOutcome.Later(Pause, "Making sure that the clone was not begun") { KeepsSlot = true };
            }

            await ForgetAsync(step, vm, cancellation);
            return new StepOutcome.Done($"VM {vm.Name} (VMID {vm.Vmid}) is not in Proxmox; its VMID is free again");
        }

        if (seen.Config.Lock is "clone" or "create" && CloneTask.MayHaveBegun(step.Job))
        {
            if (await CloneTask.FindAsync(step, vm, cancellation) is { } cloning)
            {
                await step.Pve.Tasks.StopAsync(cloning, cancellation);
                return new StepOutcome.Later(Pause, "Stopping the clone");
            }

            return step.Age < TimeSpan.FromSeconds(10) ? new StepOutcome.Later(Pause, "Waiting for the clone to end") : Orphan(vm, seen.Config, "it is locked (clone)");
        }

        if (!Marker.IsOn(seen.Config, vm.Id, step.Job.Id))
        {
            await ForgetAsync(step, vm, cancellation);
            return new StepOutcome.Done($"VMID {vm.Vmid} holds another VM; it was left alone");
        }

        if (seen.Config.Lock is { } held and not ("clone" or "create") && VmLock.Of(held).Passes && step.Age < FailurePolicy.LockLimit)
        {
            return new StepOutcome.Later(FailurePolicy.LockPause, $"Waiting for another operation on the VM to end ({held})");
        }

        return step.State.Tasks >= MaxTasks ? Orphan(vm, seen.Config, step.State.Message ?? "Proxmox kept refusing") : null;
    }

    public override async Task<StepOutcome> ActAsync(StepContext step, CancellationToken cancellation)
    {
        var vm = step.Vm;
        if (await ShownAsync(step, vm, cancellation) is not { } seen || !Marker.IsOn(seen.Config, vm.Id, step.Job.Id))
        {
            return new StepOutcome.Later(Pause, "Looking again");
        }

        var task = seen.Status.IsRunning
            ? await step.Pve.Qemu.StopAsync(seen.Node, seen.Status.VmId, ct: cancellation)
            : await step.DeleteOursAsync(seen, cancellation);
        return new StepOutcome.Watch(task) { LookAfterwards = true };
    }

    /// <summary>Hidden is not gone: it may be the job's clone, which is in its pool only once it is ready, or its rest, or another VM.</summary>
    private static async Task<StepOutcome> HiddenAsync(StepContext step, Vm vm, CancellationToken cancellation)
    {
        if (!CloneTask.MayHaveBegun(step.Job))
        {
            await ForgetAsync(step, vm, cancellation);
            return new StepOutcome.Done($"VMID {vm.Vmid} holds another VM, which Proxmox does not show to the panel's identity; it was left alone");
        }

        if (await CloneTask.FindAsync(step, vm, cancellation) is { } cloning)
        {
            await step.Pve.Tasks.StopAsync(cloning, cancellation); // Proxmox removes what it has made
            return new StepOutcome.Later(Pause, "Stopping the clone") { KeepsSlot = true };
        }

        // It may have ended between the two looks.
        return step.Now - (step.State.TroubleSince ?? step.Now) < Settling
            ? new StepOutcome.Later(Pause, $"{HiddenVm.Text(vm.Vmid)}; looking again") { Trouble = true, KeepsSlot = true }
            : new StepOutcome.Failed(new JobError { Code = JobErrorCodes.PermissionDenied, Message = $"{HiddenVm.Advice(vm)}." });
    }

    /// <returns>Null: it is gone, or not shown, and looked at again.</returns>
    private static async Task<VmSight?> ShownAsync(StepContext step, Vm vm, CancellationToken cancellation)
    {
        try
        {
            return await step.ObserveAsync(vm, cancellation);
        }
        catch (PveHiddenException)
        {
            return null;
        }
    }

    /// <summary>
    /// Proxmox refused the clone, or no try of this job ever had a slot for it: nothing is there, and neither an unreachable cluster nor one
    /// that does not show the VMID to the panel need be asked.
    /// </summary>
    private static bool NeverBegun(Data.Jobs.Job job) => job.Steps.Exists(step => step is { Name: CloneVmSteps.Clone, Refused: true })
        || (job is { Attempt: 1, Slot: null } && job.Steps.Find(step => step.Name == CloneVmSteps.Clone) is { Upid: null, Tasks: 0, TroubleSince: null, Losses: 0, FinishedAt: null });

    /// <summary>The clone step has its slot still, so it may have asked for the clone and not heard of it.</summary>
    private static bool MayBeCloning(Data.Jobs.Job job) =>
        job.HoldsSlot(CloneVmSteps.Clone) && job.Steps.Find(step => step.Name == CloneVmSteps.Clone) is { FinishedAt: null, Upid: null };

    private static StepOutcome.Failed Orphan(Vm vm, QemuConfig config, string why) => new(new JobError
    {
        Code = config.Lock is null && config.Protected ? JobErrorCodes.VmProtected : JobErrorCodes.VmLocked,
        Message = $"VM {vm.Name} (VMID {vm.Vmid}) could not be removed: {why}. Remove it in Proxmox as root@pam: "
            + $"{Removal.Advice(vm.Vmid!.Value, config.Lock is not null, config.Protected)}.",
        Detail = config.Lock is { } held ? $"lock: {held}" : null,
    });

    private static async Task ForgetAsync(StepContext step, Vm vm, CancellationToken cancellation)
    {
        await using var db = step.Database.OpenAll();
        await db.Vms.Where(row => row.Id == vm.Id && row.CreatedByJob == step.Job.Id).ExecuteDeleteAsync(cancellation);
    }
}
