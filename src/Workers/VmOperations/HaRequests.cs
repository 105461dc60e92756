using MultiPanel.Contracts.Jobs;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.VmOperations;

/// <summary>
/// The task that asks the HA manager ends at once; the manager does it in its own rounds, by a task of its own. That one is
/// followed, and the slot is held for it.
/// </summary>
public static class HaRequests
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    /// <summary>Until the manager begins: two of its rounds are 20 s, but it fences a lost node first, and that takes minutes.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>The manager stops a VM by a shutdown with a limit, or at once.</summary>
    private static readonly string[] Stops = ["qmshutdown", "qmstop"];

    public static StepOutcome.Later Wait { get; } = new(Pause, "Asked the HA manager; waiting for it to begin") { KeepsSlot = true };

    /// <summary>What was asked for has been done, or tried, since: another try asks again.</summary>
    public static bool IsOver(Upid request, IReadOnlyList<PveTask> tasks, IReadOnlyList<string> types) =>
        request.AsksHaManager && tasks.Any(task => IsWork(task, request, types) && !task.Status.IsRunning);

    /// <summary>The manager was asked, and the effect is not there.</summary>
    /// <param name="step">Of the job.</param>
    /// <param name="seen">The VM, without the effect.</param>
    /// <param name="request">The task that asked.</param>
    /// <param name="operation">What was asked for.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<StepOutcome> FollowAsync(
        StepContext step, VmSight seen, Upid request, VmOperation operation, CancellationToken cancellation)
    {
        var (tasks, date) = await step.Pve.Tasks.OfVmAsync(seen.Node, seen.Status.VmId, ct: cancellation);
        var work = tasks.Where(task => IsWork(task, request, operation.TaskTypes)).Select(task => (Upid?)task.Upid).FirstOrDefault();
        return work is { } begun
            ? new StepOutcome.Watch(begun)
            : (date ?? step.Clock.GetUtcNow()) - request.StartTime < Limit
                ? Wait
                : new StepOutcome.Failed(new JobError
                {
                    Code = JobErrorCodes.StateNotReached,
                    Message = $"The HA manager was asked and has not begun in {Limit.TotalMinutes:0} minutes. See in Proxmox, Datacenter, HA, what it waits for.",
                });
    }

    private static bool IsWork(PveTask task, Upid request, IReadOnlyList<string> types) =>
        (request.Type == "hastop" ? Stops : types).Contains(task.Upid.Type) && !task.Upid.AsksHaManager && task.StartTime >= request.StartTime;
}
