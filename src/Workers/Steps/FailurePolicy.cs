using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Data.Jobs;
using MultiPanel.Proxmox.Errors;

namespace MultiPanel.Workers.Steps;

/// <summary>What a failed call to Proxmox means for a step: look again, wait, or give up.</summary>
public static class FailurePolicy
{
    /// <summary>A lost answer is looked into soon: the effect shows within a second or two.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    /// <summary>Within this time a lost answer's effect has shown, or there is none.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(8);

    private const int MostLosses = 5;

    /// <summary>How long what the job has made may be invisible: a directory that NFS has cached, a volume not yet active on another node.</summary>
    private static readonly TimeSpan Appearing = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ClusterPause = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan TransientPause = TimeSpan.FromSeconds(3);

    /// <summary>Another operation's lock, such as a backup's, is looked at again after this.</summary>
    public static readonly TimeSpan LockPause = TimeSpan.FromSeconds(10);

    /// <summary>Since the step began: a backup of a large VM takes so long. After that the job fails and can be tried again.</summary>
    public static readonly TimeSpan LockLimit = TimeSpan.FromMinutes(30);

    /// <summary>How long the return of quorum is waited for: a node boots in minutes.</summary>
    private static readonly TimeSpan QuorumLimit = TimeSpan.FromMinutes(30);

    /// <summary>How long a lock, a busy node or a node's short absence is waited for.</summary>
    private static readonly TimeSpan TransientLimit = TimeSpan.FromSeconds(60);

    /// <summary>No node of the cluster answers: its jobs wait as long as that lasts.</summary>
    public static bool IsOutage(PveException failure) => failure is PveUnreachableException { TlsRefused: false, OutcomeUnknown: false };

    /// <summary>Calls were taken and not answered, on every endpoint.</summary>
    public static bool MayBeOutage(PveException failure) => failure is PveTimeoutException { OutcomeUnknown: false, Status: null };

    /// <summary>Proxmox has more to do than it can: less at once is faster. Lock timeouts, and pveproxy's own 59x.</summary>
    public static bool IsJam(PveException failure) => failure is PveLockTimeoutException or { Status: >= 595 and <= 599 };

    /// <summary>The job has made a VM, with all its volumes.</summary>
    public static bool HasMadeVm(Job job) => job.FindWorkflow() is { Creates: CreatedRow.Vm, ClonesIn: { } clone }
        && job.FindStep(clone) is { Status: StepStatus.Succeeded };

    /// <summary>Proxmox answered, and did nothing: it refused before a task began, and earlier tries began none either.</summary>
    public static bool IsRefusal(PveException failure, JobStep state) =>
        failure is { Status: not null, OutcomeUnknown: false } && state is { Upid: null, Tasks: 0, Losses: 0 };

    /// <summary>An answer was lost and no effect is seen: it may be about to show. After many losses no further one is asked for.</summary>
    /// <returns>Null: act.</returns>
    public static StepOutcome? AfterLoss(JobStep state, DateTime now)
    {
        if (state.Losses == 0)
        {
            return null;
        }

        if (state.TroubleSince is { } since && now - since < Settling)
        {
            return new StepOutcome.Later(LookAgain, "Proxmox's answer was lost; checking whether the operation took effect") { Trouble = true, KeepsSlot = true };
        }

        return state.Losses < MostLosses ? null : new StepOutcome.Failed(new JobError
        {
            Code = JobErrorCodes.Timeout,
            Message = $"Proxmox's answer was lost {state.Losses} times, and its effect is not there. Is the node overloaded, or the network broken?",
            Detail = state.Message,
        });
    }

    /// <summary>The worker had to stop before Proxmox answered.</summary>
    public static StepOutcome.Later AfterShutdown() =>
        new(LookAgain, "The worker stopped before Proxmox answered; checking whether the operation took effect") { Trouble = true, Lost = true, KeepsSlot = true };

    public static StepOutcome.Later WaitForCluster(string message) => new(ClusterPause, message);

    /// <summary>The job is to be cancelled and its effect is not there; it may be about to show, if an answer was lost just now.</summary>
    /// <param name="mayHaveActed">The step still has its slot: the result of its last try is not known.</param>
    public static StepOutcome AfterCancel(bool mayHaveActed, JobStep state, DateTime now) =>
        mayHaveActed && state.TroubleSince is { } since && now - since < Settling
            ? new StepOutcome.Later(LookAgain, "Checking that the operation was not begun") { Trouble = true, KeepsSlot = true }
            : new StepOutcome.Failed(JobErrorTranslation.Cancelled);

    /// <summary>Something of the panel's own: the broker takes nothing, or a mistake of ours. What passes by itself is waited for.</summary>
    public static StepOutcome AfterMistake(Exception failure, JobStep state, DateTime now) => now - (state.TroubleSince ?? now) < TransientLimit
        ? new StepOutcome.Later(TransientPause, $"Something went wrong in the panel itself ({failure.GetType().Name}); trying again") { Trouble = true, KeepsSlot = true }
        : new StepOutcome.Failed(JobErrorTranslation.Of(failure));

    /// <param name="mayHaveActed">An earlier try may have acted: what exists already is most likely its work.</param>
    /// <param name="made">The job has made what it works on: what is not there is most likely not there yet.</param>
    public static StepOutcome After(PveException failure, string cluster, JobStep state, bool mayHaveActed, DateTime now, bool made = false)
    {
        var since = now - (state.TroubleSince ?? now);
        if (failure is PveAlreadyExistsException && mayHaveActed && state.Losses < MostLosses)
        {
            return new StepOutcome.Later(LookAgain, "Proxmox has it already; checking whether an earlier try made it") { Trouble = true, Lost = true, KeepsSlot = true };
        }

        if (failure.OutcomeUnknown)
        {
            // However long there has been trouble before: it may have been done this time.
            return new StepOutcome.Later(LookAgain, $"The answer was lost ({failure.Text}); checking whether the operation took effect") { Trouble = true, Lost = true, KeepsSlot = true };
        }

        if (failure is PveNotFoundException { Missing: PveMissing.Vm } && since < Settling)
        {
            return new StepOutcome.Later(LookAgain, $"It may have moved to another node: {failure.Text}") { Trouble = true };
        }

        if (failure is PveLockedException { Lock: { } held } && VmLock.Of(held).Passes && now - (state.StartedAt ?? now) < LockLimit)
        {
            return new StepOutcome.Later(LockPause, $"Waiting for another operation to end: {failure.Text}") { Trouble = true };
        }

        if (failure is PveNoQuorumException or PveContradictionException { IsTransient: true } && since < QuorumLimit)
        {
            return new StepOutcome.Later(ClusterPause, $"Waiting for the cluster's nodes to agree: {failure.Text}") { Trouble = true };
        }

        if (made && failure.MayAppear && since < Appearing)
        {
            return new StepOutcome.Later(TransientPause, $"It was made just now and may not be visible yet: {failure.Text}") { Trouble = true };
        }

        return failure.IsTransient && since < TransientLimit
            ? new StepOutcome.Later(TransientPause, $"Waiting: {failure.Text}") { Trouble = true }
            : new StepOutcome.Failed(JobErrorTranslation.Of(failure, cluster)) { Unreachable = failure.IsTransient };
    }
}
