using System.Text.Json;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Progress;
using MultiPanel.Workers.Admission;
using MultiPanel.Workers.Estimates;

namespace MultiPanel.Workers.Steps;

/// <summary>
/// What a try of a step passes before it acts: its slot, and its claim. Both are in the job's row before anything is done in
/// Proxmox, so that another worker knows of them whatever happens to this one.
/// </summary>
public sealed class SlotGate(JobStore jobs, StepRecorder recorder, StepSlots slots, StepDurations durations, JobProgress progress, JobActivity activity, TimeProvider clock)
{
    /// <summary>A worker that lives renews this with every heartbeat.</summary>
    private static readonly TimeSpan Underway = TimeSpan.FromSeconds(10);

    /// <param name="slot">Null: acting costs next to nothing.</param>
    /// <param name="first">No earlier try can have acted.</param>
    public async Task<GatePass> EnterAsync(
        JobWork work, StepSequence sequence, Step step, Slot? slot, string claim, string worker, bool first, CancellationToken cancellation)
    {
        var request = slot is null || work.HasEnded ? null : StepSlots.Request(work.Job, step.Name, sequence.Queue, slot);
        if (request is not null && await slots.AskAsync(request, cancellation) is var place and > 0)
        {
            await recorder.WaitInLineAsync(work, step, slot!, place, first, cancellation);
            return GatePass.Stop;
        }

        if (!await ClaimAsync(work, step, request is null ? null : JsonSerializer.Serialize(request), claim, worker, cancellation))
        {
            // Another try has the claim, or the job is to be cancelled: the row decides again.
            if (request is not null && (await jobs.LoadAsync(work.Job.Id, cancellation))?.HoldsSlot(step.Name) != true)
            {
                await slots.ReleaseAsync(request.Cluster, request.Holder, cancellation);
            }

            return GatePass.Again;
        }

        // If Redis was emptied in between, the slots were counted from the rows, perhaps before this one was written.
        var scripts = new List<ScriptCall> { await activity.TouchingAsync(work.Job.Id, Underway) };
        if (request is not null)
        {
            scripts.Add(slots.Asking(request));
        }

        var (_, answers) = await progress.ReportWithAsync(work.Ref, await BegunAsync(work), scripts, cancellation);
        if (request is not null && await slots.PlaceAsync(request, answers[1], cancellation) is var lost and > 0)
        {
            await recorder.WaitInLineAsync(work, step, slot!, lost, first, cancellation);
            return GatePass.Stop;
        }

        return GatePass.Act;
    }

    private async Task<bool> ClaimAsync(JobWork work, Step step, string? slot, string claim, string worker, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var holder = work.Job.ClaimedBy;
        var written = await jobs.WriteAsync(work, step.Name, row =>
        {
            if (row.ClaimedBy != holder || (row.Error is not null && !step.Undoes)
                || (row.Status == JobStatus.Cancelling && step is { Undoes: false, Cancellable: true }))
            {
                return false;
            }

            row.ClaimedBy = claim;
            row.Status = row.Status == JobStatus.Queued ? JobStatus.Running : row.Status;
            row.StartedAt ??= now;
            row.Cancellable &= step is { Cancellable: true, Undoes: false };
            if (slot is not null)
            {
                row.Slot = slot;
                row.Cancellable &= step.CanBeStopped(row);
            }

            row.SetStep(step.Name, state => (state.Status is StepStatus.Uncertain or StepStatus.Running
                ? state with { Worker = worker }
                : state with { Status = StepStatus.Running, StartedAt = state.StartedAt ?? now, Worker = worker }).AfterLine(now));
            return true;
        }, cancellation);
        work.Claim = written ? claim : work.Claim;
        return written;
    }

    private async Task<JobChange> BegunAsync(JobWork work) => new()
    {
        Status = work.Job.Status,
        StartedAt = work.Job.StartedAt,
        Percent = work.Job.Percent,
        Steps = work.ChangedSteps,
        QueuePosition = 0,
        Cancellable = work.Job.Status == JobStatus.Running && work.Job.Cancellable,
        EtaSeconds = await durations.LeftAsync(work.Job) ?? 0,
    };
}
