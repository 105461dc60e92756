using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Orphans;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Admission;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.VmOperations;

/// <summary>Does the operation: nothing if the VM is as wanted, attached to if it is under way, started otherwise.</summary>
public sealed class RunVmTaskStep(OperationCatalog operations) : Step
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>How long a state that should pass in a moment is waited for; then Proxmox says what it thinks of the command.</summary>
    private static readonly TimeSpan Passing = TimeSpan.FromSeconds(30);

    /// <summary>A long row of commands on one VM must not keep the workers busy with checking which is next.</summary>
    private const int MostPauses = 20;

    /// <summary>What comparing two clocks over a network, in whole seconds, may be wrong by.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    private static readonly string Deletion = VmAction.Delete.Kind();

    public override string Name => VmOperationSteps.Task;

    public override bool CanBeStopped(Job job) => operations.For(StepContext.Command<OperateVm>(job).Action).CanBeStopped;

    public override async Task<Slot?> SlotAsync(StepContext step, CancellationToken cancellation) =>
        operations.For(step.Command<OperateVm>().Action).Class is { } work ? new Slot(work, step.Vm.Node!) : null;

    public override async Task<StepOutcome?> LookAsync(StepContext step, CancellationToken cancellation)
    {
        var command = step.Command<OperateVm>();
        var operation = operations.For(command.Action);
        if (step.FoundVm is not { } vm)
        {
            return command.Action == VmAction.Delete
                ? new StepOutcome.Done("It was gone already")
                : throw new StepException(JobErrorCodes.VmNotFound, $"VM {step.Job.TargetName} is no longer in the panel.");
        }

        // What has begun is not left half-way for an older one that appeared late; that one waits (BegunAsync).
        if (!step.Job.HasBegun() && await OlderAsync(step, cancellation) is { } older)
        {
            // Each that ends wakes the next; looking again is for a wake-up that was lost.
            return new StepOutcome.Later(
                Pause * Math.Min(older.Count, MostPauses), $"Waiting for {older.What}, {older.Count} before this one")
            { NotBegun = true };
        }

        // Where an earlier try may have acted, or a task of this step has failed, only a complete look shows the state.
        var known = !step.MayHaveActed && step.State.Tasks == 0 && vm.QemuState is null && operation.StartsFrom(vm.Status);
        try
        {
            step.Seen = known ? await step.ObserveConfigAsync(vm, cancellation) : await step.ObserveAsync(vm, cancellation);
        }
        catch (PveHiddenException) when (IsRemainder(vm, command))
        {
            return new StepOutcome.Done(HiddenVm.Text(vm.Vmid));
        }

        if (step.Seen is not { } seen)
        {
            return command.Action == VmAction.Delete
                ? new StepOutcome.Done("It was gone already")
                : throw new StepException(JobErrorCodes.VmNotFound, $"VM {vm.Name} (VMID {vm.Vmid}) is no longer in cluster {step.Cluster.Name}.");
        }

        if (command.Action == VmAction.Delete && !step.IsSame(vm, seen) && await IsListedAsGoneAsync(step, vm, cancellation))
        {
            return new StepOutcome.Done($"It was gone already; VMID {vm.Vmid} is another VM now");
        }

        step.RequireSame(vm, seen);
        // Nothing is written where the config is as it was.
        await step.SaveVmAsync(row => VmFacts.Take(row, seen.Config, null, step.Now), cancellation);

        if (known && VmState.Of(seen).Lock is null)
        {
            return VmRefusals.OfTemplate(command, vm.Name, seen.Config.Template) is { } unsuited ? new StepOutcome.Failed(unsuited) : null;
        }

        if (known && await step.ObserveAsync(vm, cancellation) is { } whole)
        {
            step.Seen = seen = whole; // what a lock means depends on the status
        }

        // Where the task's end is not known, its effect shows it, if the effect stays.
        var done = operation.IsDone(seen, command)
            || (step.State.Status == StepStatus.Uncertain && operation.EffectStays && await operation.ShowsAsync(step, seen, command, cancellation));
        if (done && !VmState.Of(seen).IsHibernated)
        {
            return new StepOutcome.Done("It was so already");
        }

        if (step.State.Upid is { } asked && Upid.Parse(asked) is { AsksHaManager: true } request)
        {
            return await HaRequests.FollowAsync(step, seen, request, operation, cancellation);
        }

        if (VmRefusals.Of(command, vm, seen) is { } refused)
        {
            return new StepOutcome.Failed(refused);
        }

        switch (StateRules.For(command, VmState.Of(seen)))
        {
            case { Effect: StateEffect.Nothing } rule:
                return new StepOutcome.Done(rule.Text);
            case { Effect: StateEffect.Waits } rule when step.Age < Passing:
                return new StepOutcome.Later(Pause, rule.Text!);
        }

        return step.MayHaveActed && await FindTaskAsync(step, seen, operation.TaskTypes, cancellation) is { } task
            ? new StepOutcome.Watch(task)
            : ForLock(step, seen);
    }

    /// <summary>Another operation's lock is waited for without asking Proxmox for what it would refuse.</summary>
    /// <returns>Null: there is none, or it has lasted too long, and Proxmox's refusal says so.</returns>
    private static StepOutcome.Later? ForLock(StepContext step, VmSight seen) =>
        seen.Config.Lock is { } held && VmLock.Of(held).Passes && step.Job.Status != JobStatus.Cancelling && step.Age < FailurePolicy.LockLimit
            ? new StepOutcome.Later(FailurePolicy.LockPause, $"Waiting for another operation on the VM to end ({held})") { Trouble = true }
            : null;

    public override async Task<StepOutcome> ActAsync(StepContext step, CancellationToken cancellation)
    {
        if (await BegunAsync(step, cancellation) is { } begun)
        {
            return new StepOutcome.Later(Pause, $"Waiting for {begun.Kind} of the same VM ({begun.Id}), which has begun") { NotBegun = !step.MayHaveActed };
        }

        var command = step.Command<OperateVm>();
        return await operations.For(command.Action).StartAsync(step, step.Seen!, command, cancellation) is { } upid
            ? new StepOutcome.Watch(upid) { Message = step.Note }
            : new StepOutcome.Done(step.Note);
    }

    /// <summary>
    /// The row of a VM that was never finished, and that is to go. Where Proxmox does not show its VMID to the panel, such as one outside the
    /// pool of the panel's identity, a later look shows no more.
    /// </summary>
    internal static bool IsRemainder(Vm vm, OperateVm command) => command.Action == VmAction.Delete && vm.Status == VmStatus.Provisioning;

    /// <summary>The inventory has found, and listed for an admin, that the panel's VM is no longer there: its row alone is to go.</summary>
    private static async Task<bool> IsListedAsGoneAsync(StepContext step, Vm vm, CancellationToken cancellation)
    {
        await using var db = step.Database.OpenAll();
        return await db.Orphans.AnyAsync(orphan => orphan.OwnerId == vm.Id && orphan.Kind == OrphanKind.OwnerWithoutVm, cancellation);
    }

    /// <summary>
    /// Commands on one VM are done in the order in which they were accepted, and it is not deleted before the clones of it are made, nor
    /// before those of its linked clones are deleted whose deletion was asked for too, in whatever order.
    /// </summary>
    /// <returns>How many are before this one; the next of them.</returns>
    private static async Task<(int Count, string What)?> OlderAsync(StepContext step, CancellationToken cancellation)
    {
        var deletes = step.Command<OperateVm>().Action == VmAction.Delete;
        if (!step.SharesTarget && !deletes)
        {
            return null;
        }

        await using var db = step.Database.OpenAll();
        var (id, queued) = (step.Job.Id, step.Job.QueuedAt);
        var active = db.Jobs.AsNoTracking().Where(job => job.FinishedAt == null)
            .Where(job => job.QueuedAt < queued || (job.QueuedAt == queued && job.Id.CompareTo(id) < 0));
        var older = active.Where(job => job.TargetType == step.Job.TargetType && job.TargetId == step.Job.TargetId);
        if (await older.OrderBy(job => job.QueuedAt).ThenBy(job => job.Id).Select(job => new { job.Id, job.Kind }).FirstOrDefaultAsync(cancellation) is { } next)
        {
            return (await older.CountAsync(cancellation), $"{next.Kind} of the same VM ({next.Id})");
        }

        if (!deletes)
        {
            return null;
        }

        var source = step.Vm.Id;
        var leaving = db.Jobs.AsNoTracking().Where(job => job.FinishedAt == null && job.Kind == Deletion && job.TargetType == step.Job.TargetType)
            .Where(job => db.Vms.Any(clone => clone.Id == job.TargetId && clone.LinkedToId == source));
        if (await leaving.OrderBy(job => job.Id).Select(job => new { job.Id, job.Kind }).FirstOrDefaultAsync(cancellation) is { } deletion)
        {
            return (await leaving.CountAsync(cancellation), $"{deletion.Kind} of a linked clone of it ({deletion.Id})");
        }

        // A clone's target is the VM that it makes.
        var clones = (await active.Where(job => job.SourceId == source).ToListAsync(cancellation)).FindAll(job => job.Error is null && !HasCloned(job));
        return clones.Count > 0 ? (clones.Count, $"{clones[0].Kind} from it ({clones[0].Id})") : null;
    }

    /// <summary>
    /// Another job that is at work on the VM. Jobs become visible in another order than they are accepted in, so the look before may
    /// have missed one. This one's claim is in its row by now: of two that came past their looks together, at least one sees the other.
    /// </summary>
    private static async Task<(string Kind, Guid Id)?> BegunAsync(StepContext step, CancellationToken cancellation)
    {
        await using var db = step.Database.OpenAll();
        var others = await db.Jobs.AsNoTracking()
            .Where(job => job.TargetType == step.Job.TargetType && job.TargetId == step.Job.TargetId && job.FinishedAt == null)
            .Where(job => job.Id != step.Job.Id && job.StartedAt != null)
            .ToListAsync(cancellation);
        return others.Find(job => job.HasBegun()) is { } begun ? (begun.Kind, begun.Id) : null;
    }

    /// <summary>Where the job was accepted by a newer version than this one, only its end shows that.</summary>
    private static bool HasCloned(Job job) => job.FindWorkflow()?.ClonesIn is { } step && job.FindStep(step)?.FinishedAt is not null;

    /// <summary>One that was started for this step and runs, or has done its work.</summary>
    private static async Task<Upid?> FindTaskAsync(
        StepContext step, VmSight seen, IReadOnlyList<string> types, CancellationToken cancellation)
    {
        if (types.Count == 0)
        {
            return null;
        }

        var began = step.State.StartedAt ?? step.Job.QueuedAt; // the first try of a new attempt
        // Ours is taken after the node's: whatever the call took makes the window larger, never smaller.
        var (tasks, date) = await step.Pve.Tasks.OfVmAsync(seen.Node, seen.Status.VmId, ct: cancellation);
        var ahead = date is { } theirs ? theirs - step.Clock.GetUtcNow() : TimeSpan.Zero;
        var since = new DateTimeOffset(began) - Skew + ahead;
        var others = await TasksOfOthersAsync(step, began - Skew, cancellation);
        return tasks.Where(task => types.Contains(task.Upid.Type) && task.StartTime >= since && (task.Status.IsRunning || task.Status.Exit!.IsSuccess))
            .Where(task => !others.Contains(task.Upid.ToString()) && !HaRequests.IsOver(task.Upid, tasks, types)).Select(task => (Upid?)task.Upid).FirstOrDefault();
    }

    /// <summary>Two jobs may want the like of one VM, such as a snapshot each: the other's task is not ours.</summary>
    private static async Task<HashSet<string>> TasksOfOthersAsync(StepContext step, DateTime since, CancellationToken cancellation)
    {
        await using var db = step.Database.OpenAll();
        var others = await db.Jobs.AsNoTracking()
            .Where(job => job.TargetType == step.Job.TargetType && job.TargetId == step.Job.TargetId && job.Id != step.Job.Id)
            .Where(job => job.FinishedAt == null || job.FinishedAt >= since)
            .ToListAsync(cancellation);
        return [.. others.SelectMany(job => job.Steps).Select(done => done.Upid).OfType<string>()];
    }
}
