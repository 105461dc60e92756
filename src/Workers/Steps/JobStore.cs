using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Sagas.Admission;
using MultiPanel.Workers.Admission;

namespace MultiPanel.Workers.Steps;

/// <summary>Writes jobs' rows. Every write checks that nobody wrote in between; a final status is never changed.</summary>
public sealed class JobStore(PanelDatabase database)
{
    public async Task<Job?> LoadAsync(Guid id, CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        return await db.Jobs.AsNoTracking().SingleOrDefaultAsync(job => job.Id == id, cancellation);
    }

    /// <param name="known">The job as last read; saves reading it again.</param>
    /// <param name="change">May be applied several times, each time to a fresh row. False: on second thought, write nothing.</param>
    /// <param name="beside">Adds what is saved with the change, or not at all.</param>
    /// <returns>The job as written; null: it (or this attempt of it) is over, or gone, or <paramref name="change"/> declined.</returns>
    public async Task<Job?> ChangeAsync(Job known, Func<Job, bool> change, CancellationToken cancellation, Action<PanelDb, Job>? beside = null)
    {
        var job = known;
        while (true)
        {
            if (job.IsFinal || job.Attempt != known.Attempt || !change(job))
            {
                return null;
            }

            await using var db = database.OpenAll();
            db.Attach(job).State = EntityState.Modified;
            db.Entry(job).Property(j => j.Revision).OriginalValue = job.Revision;
            db.Entry(job).Property(j => j.DispatchedAt).IsModified = false; // the outbox's own, written without a revision
            job.Revision++;
            beside?.Invoke(db, job);
            try
            {
                await db.SaveChangesAsync(cancellation);
                return job;
            }
            catch (DbUpdateConcurrencyException)
            {
                if (await LoadAsync(known.Id, cancellation) is not { } fresh)
                {
                    return null;
                }

                job = fresh;
            }
        }
    }

    /// <summary>The same for what was tried of one step: once that step is done, nothing of an earlier or doubled try counts.</summary>
    /// <param name="claim">The try's claim: where another worker has taken over, nothing is written. Null: it needs none.</param>
    public Task<Job?> ChangeStepAsync(Job known, string step, string? claim, Func<Job, bool> change, CancellationToken cancellation) => ChangeAsync(
        known,
        row => row.FindStep(step)?.FinishedAt is null && (claim is null || row.ClaimedBy == claim) && change(row),
        cancellation);
}

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

    /// <summary>The row's slot is that step's: a step that undoes and the one that it undoes may overlap.</summary>
    public static bool HoldsSlot(this Job job, string step) => job.Slot is { } slot
        && JsonSerializer.Deserialize<AdmissionRequest>(slot)!.Holder == StepSlots.Holder(job.Id, step);

    /// <summary>It has its slot: patience with Proxmox does not count the time in line.</summary>
    public static JobStep AfterLine(this JobStep step, DateTime now) => step with
    {
        TroubleSince = step.TroubleSince + (now - (step.InLineSince ?? now)),
        InLineSince = null,
    };

    /// <summary>Takes that step's slot out of the row, and no other's.</summary>
    public static void FreeSlot(this Job job, string step) => job.Slot = job.HoldsSlot(step) ? null : job.Slot;

    /// <summary>Gives back that claim, if it is still the one.</summary>
    public static void Unclaim(this Job job, string? claim)
    {
        if (claim is not null && job.ClaimedBy == claim)
        {
            (job.ClaimedBy, job.ClaimedUntil) = (null, null);
        }
    }
}
