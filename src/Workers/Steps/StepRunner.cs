using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Progress;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Workers.Clusters;
using MultiPanel.Workers.Liveness;

namespace MultiPanel.Workers.Steps;

/// <summary>
/// Runs the steps of a command, from the first that has not ended until one has to wait. Of each: it looks before it acts;
/// its slot and its claim are in the row before it acts; and what it did is in the row before it is published.
/// </summary>
public sealed class StepRunner(
    JobStore jobs,
    StepRecorder recorder,
    StepFollowUp followUp,
    SlotGate gate,
    WorkerHeartbeat worker,
    StepContextFactory contexts,
    ClusterConcurrency concurrency,
    ClusterOutages outages,
    StepFailures failures,
    TimeProvider clock,
    ILogger<StepRunner> log)
{
    private static readonly TimeSpan ClusterPause = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan BusyPause = TimeSpan.FromSeconds(1);

    public async Task RunAsync(StepSequence sequence, Guid id, CancellationToken cancellation)
    {
        var claim = worker.NewClaim(id);
        try
        {
            while (await jobs.LoadWorkAsync(id, cancellation) is { } work && await RunAsync(sequence, work, claim, cancellation))
            {
                // Another write came between: the row decides again.
            }
        }
        finally
        {
            worker.Drop(claim);
        }
    }

    /// <summary>A step that only looks runs right where the one before it ended.</summary>
    /// <param name="work">With the end of the step before, not yet written.</param>
    public async Task ContinueAsync(StepSequence sequence, JobWork work, Step step, CancellationToken cancellation)
    {
        var claim = worker.NewClaim(work.Job.Id);
        try
        {
            await RunStepAsync(sequence, work, step, claim, cancellation);
        }
        finally
        {
            worker.Drop(claim);
        }
    }

    /// <returns>True: the row has changed meanwhile; read it again.</returns>
    private async Task<bool> RunAsync(StepSequence sequence, JobWork work, string claim, CancellationToken cancellation)
    {
        switch (StepDecision.Of(work.Job, sequence))
        {
            case StepDecision.Run run:
                return await RunFromAsync(sequence, work, run.Step, claim, cancellation);
            case StepDecision.CancelUnstarted cancel:
                await recorder.FailAsync(work, cancel.Step, new StepOutcome.Failed(JobErrorTranslation.Cancelled), cancellation, row => StepDecision.NeverActed(row, cancel.Step));
                return false;
            case var decided:
                await followUp.RepeatDecisionAsync(work, sequence, decided, cancellation);
                return false;
        }
    }

    private async Task<bool> RunFromAsync(StepSequence sequence, JobWork work, Step step, string claim, CancellationToken cancellation)
    {
        if (WaitsForCluster(work.Job, step) && outages.WasUnreachableJustNow(work.Job.ClusterId!.Value))
        {
            // Its row says so already; writing it a thousand times over would slow down the jobs of other clusters.
            await followUp.AskLaterAsync(work.Job.Id, sequence.Queue, ClusterPause, cancellation);
            return false;
        }

        using var turn = await concurrency.TakeAsync(sequence.Queue, work.Job.ClusterId ?? 0, cancellation);
        if (turn is null)
        {
            await followUp.AskLaterAsync(work.Job.Id, sequence.Queue, BusyPause, cancellation);
            return false;
        }

        if (work.Job.ClaimedBy is { } holder && await worker.IsHeldAsync(holder))
        {
            // The other try goes on, or its worker dies and the reconciler sends the command again.
            return false;
        }

        try
        {
            for (var next = step; next is not null; next = sequence.After(work.Job, next))
            {
                switch (await RunStepAsync(sequence, work, next, claim, cancellation))
                {
                    case Progression.Again:
                        return true;
                    case Progression.Stop:
                        return false;
                }
            }

            return false;
        }
        catch (Exception) when (work.Claim is not null)
        {
            await GiveBackAsync(work.Job.Id, work.Claim);
            throw;
        }
    }

    private static bool WaitsForCluster(Job job, Step step) => job is { ClusterId: not null, Status: JobStatus.Running }
        && job.FindStep(step.Name) is { Status: StepStatus.Waiting, Message: { } message } && ClusterOutages.IsMessage(message);

    private async Task<Progression> RunStepAsync(StepSequence sequence, JobWork work, Step step, string claim, CancellationToken cancellation)
    {
        var state = work.Job.FindStep(step.Name) ?? new JobStep { Name = step.Name };
        var first = state.StartedAt is null;
        var acts = false;
        var mayHaveActed = !first || work.Job.Attempt > 1;
        var heldSlot = work.Job.HoldsSlot(step.Name);
        StepContext? context = null;
        StepOutcome outcome;
        try
        {
            context = await contexts.CreateAsync(work, state, mayHaveActed, cancellation);
            if (await StepLook.BeforeActingAsync(step, context, first, cancellation) is { } seen)
            {
                outcome = seen;
            }
            else
            {
                var slot = await step.SlotAsync(context, cancellation);
                var pass = await gate.EnterAsync(work, sequence, step, slot, claim, worker.Id, first, cancellation);
                if (pass != GatePass.Act)
                {
                    return pass == GatePass.Again ? Progression.Again : Progression.Stop;
                }

                acts = true;
                context = await contexts.CreateAsync(work, work.Job.FindStep(step.Name)!, mayHaveActed, cancellation);
                outcome = await step.ActAsync(context, cancellation);
                await outages.RecordReachableAsync(context.Cluster.Id);
            }
        }
        catch (OperationCanceledException) when (acts && cancellation.IsCancellationRequested)
        {
            // The worker stops in the middle of a call, which may have taken effect all the same.
            await recorder.ApplyAsync(work, sequence, step, FailurePolicy.AfterShutdown(), CancellationToken.None);
            return Progression.Stop;
        }
        catch (PveException failure)
        {
            outcome = await failures.OfProxmoxAsync(failure, work, work.Job.FindStep(step.Name) ?? state, context!.Cluster, acts, heldSlot, mayHaveActed, cancellation);
        }
        catch (StepException failure)
        {
            outcome = new StepOutcome.Failed(JobErrorTranslation.Of(failure));
        }
        catch (Exception failure) when (!IsStoreFailure(failure, cancellation))
        {
            log.LogError(failure, "Step {Step} of job {Job} failed in the panel itself", step.Name, work.Job.Id);
            outcome = FailurePolicy.AfterMistake(failure, work.Job.FindStep(step.Name) ?? state, clock.GetUtcNow().UtcDateTime);
        }

        return await recorder.ApplyAsync(work, sequence, step, outcome, cancellation) ? Progression.Next : Progression.Stop;
    }

    /// <summary>A store failed in the middle of a try. Other workers know that this one lives and would wait for its claim.</summary>
    private async Task GiveBackAsync(Guid job, string claim)
    {
        try
        {
            // As it is in the database: the one in memory has what failed to be saved.
            if (await jobs.LoadAsync(job, CancellationToken.None) is { } fresh && fresh.ClaimedBy == claim)
            {
                await jobs.ChangeAsync(fresh, row =>
                {
                    row.Unclaim(claim);
                    return true;
                }, CancellationToken.None);
            }
        }
        catch (Exception failure) when (failure is DbUpdateException || DatabaseFailures.IsDatabase(failure))
        {
            log.LogWarning("Could not give back the claim on job {Job}; it counts for nothing once this try has ended: {Reason}", job, failure.Message);
        }
    }

    /// <summary>The message is delivered again, or the reconciler sends it when the store is back.</summary>
    private static bool IsStoreFailure(Exception failure, CancellationToken cancellation) => failure is OperationCanceledException or DbUpdateConcurrencyException
        || RedisFailures.IsUnreachable(failure, cancellation) || DatabaseFailures.IsUnreachable(failure);

    private enum Progression
    {
        /// <summary>The step ended at once; the next one follows.</summary>
        Next,

        Stop,

        /// <summary>The row has changed; decide again.</summary>
        Again,
    }
}
