using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.VmOperations;

/// <summary>Waits, within bounds, until the VM shows the effect, and records how it is.</summary>
public sealed class ObserveVmStep(StepRunner runner, OperationCatalog operations) : Step<ObserveVm>(runner)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>The HA manager acts on a request in its own cycles of about 10 s, first elsewhere if it must.</summary>
    private static readonly TimeSpan HaLimit = TimeSpan.FromMinutes(3);

    public override string Name => VmOperationSteps.Observe;

    public override bool Cancellable => false;

    public override async Task<StepOutcome?> LookAsync(StepContext step, CancellationToken cancellation)
    {
        var command = step.Command<OperateVm>();
        if (await step.FindVmAsync(cancellation) is not { } vm)
        {
            return new StepOutcome.Done();
        }

        var seen = await step.ObserveAsync(vm, cancellation);
        if (seen is null)
        {
            return await GoneAsync(step, vm, command, cancellation);
        }

        if (await operations.For(command.Action).ShowsAsync(step, seen, command, cancellation))
        {
            await step.SaveVmAsync(vm.Id, row => Take(row, seen, step.Now), cancellation);
            return new StepOutcome.Done();
        }

        return step.Age < (seen.Status.HaManaged ? HaLimit : Limit)
            ? new StepOutcome.Later(Pause, $"The VM is {seen.Status.QmpStatus ?? seen.Status.Status}; waiting")
            : new StepOutcome.Failed(new JobError
            {
                Code = JobErrorCodes.StateNotReached,
                Message = $"Proxmox's task ended well, but {vm.Name} is {seen.Status.QmpStatus ?? seen.Status.Status}. Look at it in Proxmox.",
            });
    }

    public override Task<StepOutcome> ActAsync(StepContext step, CancellationToken cancellation) =>
        throw new InvalidOperationException("To observe is to look; there is nothing to do.");

    private static async Task<StepOutcome> GoneAsync(StepContext step, Vm vm, OperateVm command, CancellationToken cancellation)
    {
        if (command.Action != VmAction.Delete)
        {
            throw new StepException(JobErrorCodes.VmNotFound, $"VM {vm.Name} (VMID {vm.Vmid}) has vanished from cluster {step.Cluster.Name}.");
        }

        await using var db = step.Database.OpenAll();
        await db.Templates.Where(template => template.SourceId == vm.Id).ExecuteDeleteAsync(cancellation);
        await db.Vms.Where(row => row.Id == vm.Id).ExecuteDeleteAsync(cancellation);
        return new StepOutcome.Done($"Deleted; VMID {vm.Vmid} is free again");
    }

    private static void Take(Vm row, VmSight seen, DateTime now)
    {
        row.Node = seen.Node;
        row.Uuid = VmIdentity.Uuid(seen.Config) ?? row.Uuid;
        row.Name = seen.Config.Name ?? row.Name;
        row.Status = seen switch
        {
            { Status.IsRunning: true, Status.QmpStatus: "paused" } => VmStatus.Paused,
            { Status.IsRunning: true } => VmStatus.Running,
            { Config.Lock: "suspended" } => VmStatus.Suspended,
            _ => VmStatus.Stopped,
        };
        row.Template = seen.Config.Template;
        row.Cores = seen.Config.Cores * seen.Config.Sockets;
        row.MemoryMb = seen.Config.MemoryMb;
        row.Sockets = seen.Config.Sockets;
        row.Disks = DiskGrowth.Sizes(seen.Config);
        row.DiskGb = VmDisk.Sum(row.Disks);
        row.Tags = [.. seen.Config.Tags];
        (row.SeenAt, row.ObservedAt) = (now, now);
        if (row.Status == VmStatus.Stopped)
        {
            row.Addresses = [];
        }
    }
}

public sealed class ObserveVmDefinition : StepDefinition<ObserveVmStep, ObserveVm>;
