using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.VmOperations;

/// <summary>Waits, within limits, until the VM shows the effect, and records how it is.</summary>
public sealed class ObserveVmStep(OperationCatalog operations, JobStore jobs) : Step
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The VM may have been on its way from one state to another when no task seemed needed: a QEMU that cannot start ends a
    /// moment later. In this time the operation is begun again.
    /// </summary>
    private static readonly TimeSpan Passing = TimeSpan.FromMinutes(2);

    public override string Name => VmOperationSteps.Observe;

    public override bool Cancellable => false;

    public override bool OnlyLooks => true;

    public override async Task<StepOutcome?> LookAsync(StepContext step, CancellationToken cancellation)
    {
        var command = step.Command<OperateVm>();
        if (step.FoundVm is not { } vm)
        {
            return new StepOutcome.Done();
        }

        return operations.For(command.Action) is PowerOperation power
            ? await StatusAsync(step, vm, command, power, cancellation)
            : await WholeAsync(step, vm, command, cancellation);
    }

    public override Task<StepOutcome> ActAsync(StepContext step, CancellationToken cancellation) =>
        throw new InvalidOperationException("To observe is to look; there is nothing to do.");

    private async Task<StepOutcome> StatusAsync(StepContext step, Vm vm, OperateVm command, PowerOperation operation, CancellationToken cancellation)
    {
        if (await step.ObserveStatusAsync(vm, cancellation) is not { } seen)
        {
            return await GoneAsync(step, vm, command, cancellation);
        }

        if (!operation.Shows(seen.Status, command))
        {
            return NotYet(step, vm, seen.Status);
        }

        await step.SaveVmAsync(row => StatusFacts.Take(row, seen.Node, seen.Status, command.Action, step.Now), cancellation);
        return new StepOutcome.Done();
    }

    private async Task<StepOutcome> WholeAsync(StepContext step, Vm vm, OperateVm command, CancellationToken cancellation)
    {
        VmSight? seen;
        try
        {
            seen = await step.ObserveAsync(vm, cancellation);
        }
        catch (PveHiddenException) when (RunVmTaskStep.IsRemainder(vm, command))
        {
            return await ForgetAsync(step, vm, $"Removed from the panel. {HiddenVm.Advice(vm.Vmid!.Value)}", cancellation);
        }

        if (seen is null)
        {
            return await GoneAsync(step, vm, command, cancellation);
        }

        if (command.Action == VmAction.Delete && !step.IsSame(vm, seen))
        {
            return await ForgetAsync(step, vm, $"It is gone. VMID {vm.Vmid} is another VM now, which was left alone", cancellation);
        }

        step.RequireSame(vm, seen);

        if (!await operations.For(command.Action).ShowsAsync(step, seen, command, cancellation))
        {
            return NotYet(step, vm, seen.Status);
        }

        var pending = command.Action is VmAction.Reconfigure or VmAction.Resize ? await PendingAsync(step, seen, cancellation) : null;
        await step.SaveVmAsync(row =>
        {
            StatusFacts.Take(row, seen.Node, seen.Status, command.Action, step.Now);
            VmFacts.Take(row, seen.Config, pending, step.Now);
        }, cancellation);
        return new StepOutcome.Done(PendingText.Of(pending));
    }

    /// <returns>Nothing, without a question, where no QEMU runs: then a change takes effect at once.</returns>
    private static async Task<IReadOnlyList<PendingChange>> PendingAsync(StepContext step, VmSight seen, CancellationToken cancellation) => seen.Status.IsRunning
        ? VmFacts.Pending(await step.Pve.Qemu.PendingAsync(seen.Node, seen.Status.VmId, cancellation))
        : [];

    private static StepOutcome NotYet(StepContext step, Vm vm, QemuStatus status) =>
        step.Job.FindStep(VmOperationSteps.Task) is { Upid: null } task && step.Now - task.StartedAt < Passing
            ? new StepOutcome.Back(VmOperationSteps.Task, $"It was so only in passing; the VM is {status.QmpStatus ?? status.Status}")
            : StillNot(step, vm, status);

    private static StepOutcome StillNot(StepContext step, Vm vm, QemuStatus status) => step.Age < Limit
        ? new StepOutcome.Later(Pause, $"The VM is {status.QmpStatus ?? status.Status}; waiting")
        : new StepOutcome.Failed(new JobError
        {
            Code = JobErrorCodes.StateNotReached,
            Message = $"{(step.Job.FindStep(VmOperationSteps.Task)?.Upid is null ? "No task was needed" : "Proxmox's task ended well")}, but {vm.Name} is {status.QmpStatus ?? status.Status}. Look at it in Proxmox.",
        });

    private async Task<StepOutcome> GoneAsync(StepContext step, Vm vm, OperateVm command, CancellationToken cancellation)
    {
        if (command.Action != VmAction.Delete)
        {
            throw new StepException(JobErrorCodes.VmNotFound, $"VM {vm.Name} (VMID {vm.Vmid}) has vanished from cluster {step.Cluster.Name}.");
        }

        return await ForgetAsync(step, vm, $"Deleted; VMID {vm.Vmid} is free again", cancellation);
    }

    private async Task<StepOutcome> ForgetAsync(StepContext step, Vm vm, string message, CancellationToken cancellation)
    {
        await using var db = step.Database.OpenAll();
        await db.Templates.Where(template => template.SourceId == vm.Id).ExecuteDeleteAsync(cancellation);
        await db.Vms.Where(row => row.Id == vm.Id).ExecuteDeleteAsync(cancellation);
        step.ForgetVm();
        await EndPendingUndoAsync(step, vm, cancellation);
        return new StepOutcome.Done(message);
    }

    /// <summary>What the job that made the VM could not undo yet is undone now.</summary>
    private async Task EndPendingUndoAsync(StepContext step, Vm vm, CancellationToken cancellation)
    {
        if (vm.CreatedByJob is { } id && await jobs.LoadAsync(id, cancellation) is { } maker && maker.UndoIsPending())
        {
            await jobs.ChangeAsync(maker, EndUndo, cancellation, afterEnd: true);
        }

        bool EndUndo(Job row)
        {
            if (!row.UndoIsPending())
            {
                return false;
            }

            row.SetStep(JobStep.Undo, undo => undo with
            {
                Status = StepStatus.Succeeded,
                FinishedAt = step.Now,
                Message = $"{vm.Name} was deleted by job {step.Job.Id}",
            });
            return true;
        }
    }
}
