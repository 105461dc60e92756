using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;

namespace MultiPanel.Data.Jobs;

/// <summary>Ends a job's row, and starts its next attempt.</summary>
public static class JobLife
{
    /// <summary>The column takes 4,000 characters.</summary>
    private const int LongestMessage = 3_900;

    /// <summary>Sets the final status that follows from the row's error, and skips the steps that have not run.</summary>
    public static void End(this Job job, DateTime now)
    {
        job.Status = job.Error switch
        {
            null => JobStatus.Succeeded,
            { Code: JobErrorCodes.Cancelled } => JobStatus.Cancelled,
            _ => JobStatus.Failed,
        };
        job.Percent = job.Status == JobStatus.Succeeded ? 100 : job.Percent;
        job.Message = job.Error?.Message ?? Done(job);
        job.Steps = [.. job.Steps.Select(step => step.Status is StepStatus.Succeeded or StepStatus.Failed or StepStatus.Skipped
            ? step
            : step.Name == JobStep.Undo && step.Status == StepStatus.Waiting
                ? step // it goes on after the end, when Proxmox can be reached again
                : step with { Status = StepStatus.Skipped })];
        job.FinishedAt = now;
        (job.ClaimedBy, job.Slot, job.GrowsTo) = (null, null, null);
    }

    /// <summary>
    /// What the last of its steps that has something to say says, such as what takes effect later, or that nothing was to do. Where
    /// something deserves attention, what all of them say: any of them may name it.
    /// </summary>
    private static string Done(Job job)
    {
        var notes = job.Steps.Where(step => step.Status == StepStatus.Succeeded).Select(step => step.Message).OfType<string>().ToList();
        return (notes, job.Warnings) switch
        {
            ([], 0) => "Done",
            ([], 1) => "Done, with a warning",
            ([], var count) => $"Done, with {count} warnings",
            (_, 0) => notes[^1],
            _ => Cut(string.Join(". ", notes.Select(note => note.TrimEnd('.')))),
        };
    }

    private static string Cut(string text) => text.Length > LongestMessage ? $"{text[..LongestMessage]}…" : text;

    /// <summary>It has ended, and what it had made is being taken back at this moment.</summary>
    public static bool IsBeingUndone(this Job job) => job.IsFinal && job.Steps.Exists(step =>
        step is { Name: JobStep.Undo, FinishedAt: null } && (step.Upid is not null || step.Status is StepStatus.Running or StepStatus.Uncertain));

    /// <summary>
    /// Starts a new attempt of the same job, from the step that failed. If the failed attempt undid what it had made, there
    /// is nothing to continue from, and all steps run (and look at Proxmox) again.
    /// </summary>
    public static void Retry(this Job job, DateTime now)
    {
        var undone = job.Steps.Exists(step => step.Name == JobStep.Undo);
        job.Attempt++;
        job.Status = JobStatus.Queued;
        job.Error = null;
        job.Cancellable = true;
        job.Message = $"Attempt {job.Attempt}";
        job.QueuedAt = now;
        (job.StartedAt, job.FinishedAt, job.DispatchedAt) = (null, null, null);
        (job.ClaimedBy, job.Slot) = (null, null);
        job.Steps = [.. job.Steps.Where(step => step.Name != JobStep.Undo).Select(step => step.Status == StepStatus.Succeeded && !undone
            ? step
            : new JobStep { Name = step.Name })];
        job.Percent = undone ? 0 : job.Percent;
        job.Warnings = undone ? 0 : job.Warnings;
        job.GrowsTo = (job.ReadCommand() as IGrowsVm)?.Wanted; // not what it learned in Proxmox: that is learned and counted again
    }
}
