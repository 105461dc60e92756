using System.Text.Json;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Hosting.Clusters;
using MultiPanel.Progress;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Sagas.Admission;
using MultiPanel.Workers.Admission;
using MultiPanel.Workers.Clusters;
using MultiPanel.Workers.Liveness;
using StackExchange.Redis;

namespace MultiPanel.Workers.Steps;

/// <summary>
/// Runs one try of a step: nobody else is at it (a claim in the job's row), it looks before it acts, its slot is in the row
/// before it acts, and what it did is in the row before anybody is told.
/// </summary>
public sealed class StepRunner(
    JobStore ledger,
    JobProgress progress,
    StepRecorder outcomes,
    WorkerHeartbeat workers,
    StepSlots slots,
    JobActivity driven,
    ClusterClients clients,
    ClusterConcurrency hands,
    ClusterOutages outages,
    RecentObservations recent,
    PanelDatabase database,
    TimeProvider clock,
    ILogger<StepRunner> log)
{
    /// <summary>Above what a try may take: a few calls of up to 70 s each. A claim whose worker died is not waited for.</summary>
    private static readonly TimeSpan ClaimLength = TimeSpan.FromMinutes(5);

    /// <summary>A worker that lives renews this with every beat.</summary>
    private static readonly TimeSpan Underway = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ClusterPause = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan BusyPause = TimeSpan.FromSeconds(1);

    /// <summary>A waiter whose wake-up got lost asks again after this.</summary>
    private static readonly TimeSpan InLine = TimeSpan.FromSeconds(30);

    public async Task RunAsync<TCommand>(IStep step, ConsumeContext<TCommand> context) where TCommand : class, IStepCommand
    {
        var cancellation = context.CancellationToken;
        var job = await ledger.LoadAsync(context.Message.JobId, cancellation);
        if (job is null)
        {
            log.LogWarning("{Step}: there is no job {Job}", step.Name, context.Message.JobId);
            return;
        }

        if (await outcomes.IsDecidedAsync(job, step, cancellation))
        {
            return;
        }

        if (WaitsForCluster(job, step) && outages.WasAwayJustNow(job.ClusterId!.Value))
        {
            // Its row says so already; writing it a thousand times over would slow down the jobs of other clusters.
            await context.ScheduleSend(JobMessages.Address(step.CommandQueue), ClusterPause, context.Message, cancellation);
            await driven.TouchAsync(job.Id, ClusterPause + Underway);
            return;
        }

        using var hand = await hands.TakeAsync(step.CommandQueue, job.ClusterId ?? 0, cancellation);
        if (hand is null)
        {
            await context.ScheduleSend(JobMessages.Address(step.CommandQueue), BusyPause, context.Message, cancellation);
            await driven.TouchAsync(job.Id, BusyPause + Underway);
            return;
        }

        var claim = workers.NewClaim(job.Id);
        var claims = false;
        try
        {
            if (await ClaimAsync(job, step, claim, cancellation) is not var (claimed, first, begins))
            {
                await context.ScheduleSend(JobMessages.Address(step.CommandQueue), BusyPause, context.Message, cancellation);
                return;
            }

            claims = true;
            await driven.TouchAsync(claimed.Id, Underway);
            if (begins && claimed.Attempt > 1)
            {
                // Redis may hold the end of the attempt before, after which it takes no change.
                await progress.ReopenAsync(claimed.ToView());
            }

            var (seen, outcome) = await TryAsync(step, claimed, first, cancellation);
            if (outcome is not null)
            {
                await outcomes.ApplyAsync(seen, step, outcome, context, cancellation);
            }

            claims = false;
        }
        finally
        {
            workers.Drop(claim);
            if (claims)
            {
                await GiveBackAsync(job.Id, claim);
            }
        }
    }

    private static bool WaitsForCluster(Job job, IStep step) => job is { ClusterId: not null, Status: JobStatus.Running }
        && job.FindStep(step.Name) is { Status: StepStatus.Waiting, Message: { } message } && ClusterOutages.IsMessage(message);

    /// <summary>A store failed in mid-try. Other workers know this one to be alive and would wait for its claim.</summary>
    private async Task GiveBackAsync(Guid job, string claim)
    {
        try
        {
            // As it is in the database: what failed to be saved is in the one at hand.
            if (await ledger.LoadAsync(job, CancellationToken.None) is { } fresh && fresh.ClaimedBy == claim)
            {
                await ledger.ChangeAsync(fresh, row =>
                {
                    row.Unclaim(claim);
                    return true;
                }, CancellationToken.None);
            }
        }
        catch (Exception away) when (away is DbUpdateException || DatabaseFailures.IsDatabase(away))
        {
            log.LogWarning("The claim on job {Job} could not be given back; it ends by itself: {Reason}", job, away.Message);
        }
    }

    /// <returns>
    /// The job as claimed; whether no earlier try can have acted, and whether this begins the job, as the row had it at that
    /// moment. Null: another worker is at this job right now.
    /// </returns>
    private async Task<(Job Job, bool First, bool Begins)?> ClaimAsync(Job job, IStep step, string claim, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        if (job.ClaimedBy is { } holder && job.ClaimedUntil > now && await workers.IsAliveAsync(holder))
        {
            return null;
        }

        var unclaimed = job.ClaimedBy;
        var (first, begins) = (false, false);
        var claimed = await ledger.ChangeStepAsync(job, step.Name, null, row =>
        {
            // Decided meanwhile by another delivery: the next look at it says so.
            if (row.ClaimedBy != unclaimed || (row.Error is not null && !step.Undoes))
            {
                return false;
            }

            (first, begins) = (row.FindStep(step.Name)?.StartedAt is null, row.StartedAt is null);
            (row.ClaimedBy, row.ClaimedUntil) = (claim, now + ClaimLength);
            row.Status = row.Status == JobStatus.Queued ? JobStatus.Running : row.Status;
            row.StartedAt ??= now;
            row.Cancellable &= step.Cancellable && !step.Undoes;
            row.SetStep(step.Name, state => state.Status is StepStatus.Uncertain or StepStatus.Running
                ? state with { Worker = workers.Id }
                : state with { Status = StepStatus.Running, StartedAt = state.StartedAt ?? now, Worker = workers.Id });
            return true;
        }, cancellation);
        return claimed is null ? null : (claimed, first, begins);
    }

    /// <param name="first">No earlier try can have acted.</param>
    /// <returns>The job as it is now; what became of the try, null: it waits in line, or the job was decided elsewhere.</returns>
    private async Task<(Job Job, StepOutcome? Outcome)> TryAsync(IStep step, Job job, bool first, CancellationToken cancellation)
    {
        var state = job.FindStep(step.Name)!;
        var cluster = "";
        Job? acting = null;
        try
        {
            var work = await OpenAsync(job, state, first, cancellation);
            cluster = work.Cluster.Name;
            if (state.Upid is { } text && state.Status == StepStatus.Running)
            {
                return (job, await AttachAsync(step, work, Upid.Parse(text), cancellation));
            }

            if (await step.LookAsync(work, cancellation) is { } seen)
            {
                return (job, seen is StepOutcome.Later later ? later with { NotBegun = later.NotBegun && first } : seen);
            }

            if (job.Status == JobStatus.Cancelling && step is { Cancellable: true, Undoes: false })
            {
                return (job, FailurePolicy.AfterCancel(job.HoldsSlot(step.Name), state, work.Now));
            }

            if (state.Status == StepStatus.Uncertain && !step.Undoes)
            {
                return (job, new StepOutcome.Failed(new JobError
                {
                    Code = JobErrorCodes.TaskLost,
                    Message = "The Proxmox task ended without saying how, and its effect is not there.",
                    Detail = state.Message,
                }));
            }

            if (FailurePolicy.AfterLoss(state, work.Now) is { } settling)
            {
                return (job, settling);
            }

            acting = await step.SlotAsync(work, cancellation) is { } slot ? await EnterAsync(step, job, slot, first, cancellation) : job;
            if (acting is null)
            {
                return (job, null);
            }

            var done = await step.ActAsync(work, cancellation);
            await outages.SeenBackAsync(work.Cluster.Id);
            return (acting, done);
        }
        catch (PveException failure)
        {
            return (acting ?? job, await AfterAsync(failure, acting, job, acting?.FindStep(step.Name) ?? state, cluster, cancellation));
        }
        catch (StepException failure)
        {
            return (acting ?? job, new StepOutcome.Failed(JobErrors.Of(failure)));
        }
        catch (Exception failure) when (!IsStoreAway(failure))
        {
            log.LogError(failure, "Step {Step} of job {Job} failed in the panel itself", step.Name, job.Id);
            return (acting ?? job, FailurePolicy.AfterMistake(failure, acting?.FindStep(step.Name) ?? state, clock.GetUtcNow().UtcDateTime));
        }
    }

    /// <summary>The message is delivered again, or the reconciler sends it when the store is back.</summary>
    private static bool IsStoreAway(Exception failure) => failure is OperationCanceledException or DbUpdateConcurrencyException or RedisException or RedisTimeoutException
        || DatabaseFailures.IsAway(failure);

    /// <param name="acting">Null: it failed while looking, so what an earlier try left running keeps its slot.</param>
    private async Task<StepOutcome> AfterAsync(
        PveException failure, Job? acting, Job job, JobStep state, string cluster, CancellationToken cancellation)
    {
        if (FailurePolicy.IsOutage(failure) || (FailurePolicy.MayBeOutage(failure) && !await AnswersAsync(job, cancellation)))
        {
            var since = await outages.SeenAwayAsync(job.ClusterId!.Value);
            return FailurePolicy.WaitForCluster(ClusterOutages.Message(cluster, since, failure.Text)) with { KeepsSlot = acting is null };
        }

        if (acting?.Slot is { } slot && FailurePolicy.IsJam(failure))
        {
            await slots.SlowDownAsync(JsonSerializer.Deserialize<AdmissionRequest>(slot)!, cancellation);
        }

        var outcome = FailurePolicy.After(failure, cluster, state, clock.GetUtcNow().UtcDateTime);
        return outcome is StepOutcome.Later later ? later with { KeepsSlot = later.KeepsSlot || acting is null } : outcome;
    }

    /// <summary>One slow call is no outage; a cluster that does not even tell its version is away as if nobody listened.</summary>
    private async Task<bool> AnswersAsync(Job job, CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        var cluster = await db.Clusters.AsNoTracking().SingleOrDefaultAsync(c => c.Id == job.ClusterId, cancellation);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(ClusterPause);
        try
        {
            return cluster is not null && await clients.For(cluster).VersionAsync(limit.Token) is not null;
        }
        catch (Exception silent) when (silent is PveException || (silent is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>Its task is known: nothing is started, only waited for; or stopped, if the job is to end.</summary>
    private static async Task<StepOutcome> AttachAsync(IStep step, StepContext work, Upid upid, CancellationToken cancellation)
    {
        if (work.Job.Status == JobStatus.Cancelling && !step.Undoes && step.CanBeStopped(work.Job))
        {
            await work.Pve.Tasks.StopAsync(upid, cancellation);
        }

        return new StepOutcome.Watch(upid) { LookAfterwards = step.Undoes };
    }

    private async Task<StepContext> OpenAsync(Job job, JobStep state, bool first, CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        var cluster = await db.Clusters.AsNoTracking().SingleOrDefaultAsync(c => c.Id == job.ClusterId, cancellation)
            ?? throw new StepException(JobErrorCodes.ClusterUnreachable, "The job's cluster is no longer in the panel.");
        return new StepContext(job, state, cluster, clients.For(cluster), recent, database, clock) { MayHaveActed = !first || job.Attempt > 1 };
    }

    /// <summary>
    /// Gets the slot, writes it into the row, and makes sure that it still has it: if Redis was emptied in between, the slots
    /// were counted anew, from the rows, perhaps without this one.
    /// </summary>
    /// <returns>The job as written; null: it waits in line, or it is no longer for this try to act.</returns>
    private async Task<Job?> EnterAsync(IStep step, Job job, Slot slot, bool first, CancellationToken cancellation)
    {
        var request = StepSlots.Request(job, step.Name, step.CommandQueue, slot);
        var place = await slots.AskAsync(request, cancellation);
        if (place == 0)
        {
            var claim = job.ClaimedBy;
            var text = JsonSerializer.Serialize(request);
            var written = await ledger.ChangeStepAsync(job, step.Name, claim, row =>
            {
                if (row.Status == JobStatus.Cancelling && !step.Undoes && step.Cancellable)
                {
                    return false;
                }

                row.Slot = text;
                row.SetStep(step.Name, state => state.AfterLine(clock.GetUtcNow().UtcDateTime));
                row.Cancellable &= step.CanBeStopped(row);
                return true;
            }, cancellation);
            if (written is null)
            {
                var fresh = await ledger.LoadAsync(job.Id, cancellation);
                if (fresh?.HoldsSlot(step.Name) != true)
                {
                    // Else whoever took the claim over has it, under the same name.
                    await slots.ReleaseAsync(request.Cluster, request.Holder, cancellation);
                }

                if (fresh is { Status: JobStatus.Cancelling } && fresh.ClaimedBy == claim)
                {
                    await outcomes.FailAsync(fresh, step.Name, JobErrors.Cancelled, claim, cancellation);
                }

                return null;
            }

            job = written;
            place = await slots.AskAsync(request, cancellation);
        }

        if (place == 0)
        {
            return job;
        }

        await outcomes.WaitInLineAsync(job, step, slot, place, first, cancellation);
        await driven.TouchAsync(job.Id, InLine);
        return null;
    }
}
