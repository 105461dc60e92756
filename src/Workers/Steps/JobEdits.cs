using System.Text.Json;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.Sagas.Admission;
using MultiPanel.Workers.Admission;

namespace MultiPanel.Workers.Steps;

/// <summary>Small edits of a job's row.</summary>
public static class JobEdits
{
    public static JobStep? FindStep(this Job job, string name) => job.Steps.Find(step => step.Name == name);

    /// <summary>Replaces the step of that name; one that was not planned, such as the undoing, is added.</summary>
    public static JobStep SetStep(this Job job, string name, Func<JobStep, JobStep> edit)
    {
        var place = job.Steps.FindIndex(step => step.Name == name);
        var edited = edit(place < 0 ? new JobStep { Name = name } : job.Steps[place]);
        job.Steps = place < 0 ? [.. job.Steps, edited] : [.. job.Steps[..place], edited, .. job.Steps[(place + 1)..]];
        return edited;
    }

    /// <summary>The slot that the row says the job holds; null: none.</summary>
    public static AdmissionRequest? HeldSlot(this Job job) => job.Slot is null ? null : JsonSerializer.Deserialize<AdmissionRequest>(job.Slot);

    /// <summary>The row's slot is that step's: an undoing step and the step that it undoes may overlap.</summary>
    public static bool HoldsSlot(this Job job, string step) => job.HeldSlot()?.Holder == StepSlots.Holder(job.Id, step);

    /// <summary>Takes that step's slot out of the row, and no other's.</summary>
    public static void FreeSlot(this Job job, string step) => job.Slot = job.HoldsSlot(step) ? null : job.Slot;

    /// <summary>It has its slot: the time in line does not count as trouble with Proxmox.</summary>
    public static JobStep AfterLine(this JobStep step, DateTime now) => step with
    {
        TroubleSince = step.TroubleSince + (now - (step.InLineSince ?? now)),
        InLineSince = null,
    };

    /// <summary>Gives back that claim, if the row still has it.</summary>
    public static void Unclaim(this Job job, string? claim)
    {
        if (claim is not null && job.ClaimedBy == claim)
        {
            job.ClaimedBy = null;
        }
    }

    /// <summary>A try of it may be acting, or has acted and its effect is not known yet.</summary>
    public static bool HasBegun(this Job job) => job.Slot is not null || job.ClaimedBy is not null
        || job.Steps.Exists(step => step.Status is StepStatus.Running or StepStatus.Uncertain);

    /// <summary>Every planned step has succeeded or was skipped.</summary>
    public static bool IsDone(this Job job) =>
        job.Error is null && job.Steps.TrueForAll(step => step.Status is StepStatus.Succeeded or StepStatus.Skipped);

    /// <summary>
    /// The job has ended, and its undo has not: it waits for Proxmox to be reached again, or goes on by now. An undo that goes on may
    /// take several tasks, and a worker may die at each.
    /// </summary>
    public static bool UndoIsPending(this Job job) => job.IsFinal
        && job.FindStep(JobStep.Undo) is { FinishedAt: null, Status: StepStatus.Waiting or StepStatus.Running or StepStatus.Uncertain };

    /// <summary>Where in the job the step begins and ends, in percent, by the weights that its workflow gives the steps.</summary>
    public static (double From, double To) Share(this Job job, string step)
    {
        var planned = job.FindWorkflow()?.Steps;
        double Weight(JobStep of) => planned?.FirstOrDefault(step => step.Name == of.Name)?.Weight ?? 1;
        var total = job.Steps.Sum(Weight);
        var place = job.Steps.FindIndex(other => other.Name == step);
        var before = job.Steps.Take(place).Sum(Weight);
        return (Math.Round(100 * before / total, 1), Math.Round(100 * (before + Weight(job.Steps[place])) / total, 1));
    }
}
