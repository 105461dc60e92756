using Microsoft.EntityFrameworkCore;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Workers.WatchedTasks;

namespace MultiPanel.Workers.Steps;

/// <summary>Reads and writes jobs' rows. Every write checks that there was no other write in between; a final status is never changed.</summary>
public sealed class JobStore(PanelDatabase database)
{
    public async Task<Job?> LoadAsync(Guid id, CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        return await db.Jobs.AsNoTracking().SingleOrDefaultAsync(job => job.Id == id, cancellation);
    }

    /// <summary>All that a try needs to know, in one statement: the job, the VM that it is about, and whether other jobs wait for that VM.</summary>
    /// <param name="ended">The watched task whose end is being recorded; null: none.</param>
    public async Task<JobWork?> LoadWorkAsync(Guid id, CancellationToken cancellation, WatchedTask? ended = null)
    {
        await using var db = database.OpenAll();
        var read = await db.FindWithTargetAsync(id, cancellation);
        return read is null ? null : new JobWork(read.Job, read.Job.TargetType == "vm" ? read.Vm : null, read.SharesTarget) { EndedTask = ended };
    }

    /// <param name="known">The job as last read; saves reading it again.</param>
    /// <param name="change">May be applied several times, each time to a fresh row. False: write nothing.</param>
    /// <param name="beside">Adds what is saved with the change, or not at all.</param>
    /// <param name="afterEnd">The job may have ended: what changes is its undo, never its status.</param>
    /// <returns>The job as written; null: this attempt of it is over, or it is gone, or <paramref name="change"/> declined.</returns>
    public async Task<Job?> ChangeAsync(
        Job known, Func<Job, bool> change, CancellationToken cancellation, Action<PanelDb, Job>? beside = null, bool afterEnd = false)
    {
        var attempt = known.Attempt;
        var job = known;
        while (true)
        {
            await using var db = database.OpenAll();
            db.Attach(job); // before it changes: only what changes is written
            if ((job.IsFinal && !afterEnd) || job.Attempt != attempt || !change(job))
            {
                return null;
            }

            job.Revision++;
            beside?.Invoke(db, job);
            if (await db.UpdateAsync(job, cancellation))
            {
                return job;
            }

            if (await LoadAsync(known.Id, cancellation) is not { } fresh)
            {
                return null;
            }

            job = fresh;
        }
    }

    /// <summary>
    /// Writes the result of a try of a step, with what was postponed. Nothing is written once that step has ended, or where
    /// another try has changed it: what is known of it here is out of date then.
    /// </summary>
    /// <returns>True: written, and <see cref="JobWork.Job"/> is the row as it is now.</returns>
    public async Task<bool> WriteAsync(
        JobWork work, string step, Func<Job, bool> change, CancellationToken cancellation, Action<PanelDb, Job>? beside = null)
    {
        var (before, claim) = (work.Job.FindStep(step), work.Claim);
        var written = await ChangeAsync(
            work.Job,
            row =>
            {
                if (row.FindStep(step) != before || before?.FinishedAt is not null || (claim is not null && row.ClaimedBy != claim))
                {
                    return false;
                }

                work.ApplyPending(row);
                return change(row);
            },
            cancellation,
            beside,
            afterEnd: work.HasEnded);
        if (written is null)
        {
            return false;
        }

        work.Written(written, step);
        return true;
    }
}
