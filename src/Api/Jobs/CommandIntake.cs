using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using MultiPanel.Api.Companies;
using MultiPanel.Api.Http;
using MultiPanel.Api.Idempotency;
using MultiPanel.Contracts.Http;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Data;
using MultiPanel.Data.Audit;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Templates;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Jobs;

namespace MultiPanel.Api.Jobs;

/// <summary>
/// Accepts commands: writes what a command reserves, its job and its idempotency key in one transaction, then gives the job
/// to the outbox and answers with 202.
/// </summary>
internal sealed class CommandIntake(
    PanelDb db, CommandKey key, Quotas quotas, GroupCommit group, CommandOutbox outbox, IHttpContextAccessor http, TimeProvider clock)
{
    /// <summary>For a target that has its id already.</summary>
    public Task<Accepted<Envelope<JobAccepted>>> AcceptAsync(JobDraft draft, Func<Guid, IJobCommand> command, CancellationToken cancellation) =>
        AcceptAsync([Job(draft, command)], cancellation);

    /// <summary>For a VM that exists already; one that becomes larger must fit into its company's quotas.</summary>
    public async Task<Accepted<Envelope<JobAccepted>>> AcceptForVmAsync<TCommand>(
        JobDraft draft, Vm vm, Func<Guid, TCommand> command, CancellationToken cancellation)
        where TCommand : class, IJobCommand, IGrowsVm
    {
        var size = command(Guid.Empty);
        if (size.Wanted is null)
        {
            return await AcceptAsync(draft, command, cancellation);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await quotas.ReserveAsync(vm, size, cancellation);
        return await AcceptAsync([Job(draft, command)], cancellation, transaction);
    }

    /// <summary>For a VM that the job will make.</summary>
    public Task<Accepted<Envelope<JobAccepted>>> AcceptAsync(
        JobDraft draft, Vm vm, Func<Guid, IJobCommand> command, CancellationToken cancellation)
    {
        var job = Job(draft, command);
        vm.CreatedByJob = job.Id;
        vm.CreatedAt = job.CreatedAt;
        db.Vms.Add(vm);
        return AcceptAsync(job, () => vm.Id, () => quotas.ReserveAsync(vm, cancellation), cancellation);
    }

    /// <summary>For a template that the job will look at; its row may be an old one.</summary>
    public Task<Accepted<Envelope<JobAccepted>>> AcceptAsync(
        JobDraft draft, Template template, Func<Guid, IJobCommand> command, CancellationToken cancellation)
    {
        var job = Job(draft, command);
        if (template.Id == 0)
        {
            template.CreatedAt = job.CreatedAt;
            db.Templates.Add(template);
        }

        return AcceptAsync(job, () => template.Id, () => Task.CompletedTask, cancellation);
    }

    /// <summary>All of them or none; the first is what the caller follows.</summary>
    /// <param name="transaction">One that has begun already; it is committed here.</param>
    public async Task<Accepted<Envelope<JobAccepted>>> AcceptAsync(
        IReadOnlyList<Job> jobs, CancellationToken cancellation, IDbContextTransaction? transaction = null)
    {
        key.Note(db, jobs[0].Id);
        db.Jobs.AddRange(jobs);
        if (transaction is not null)
        {
            await db.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }
        else
        {
            await SaveAsync(cancellation);
        }

        return Answer(jobs);
    }

    /// <summary>
    /// One new job with its audit entry is saved together with those of other requests; anything else by itself. So is a command with an
    /// idempotency key: its insert waits for another transaction that has the same key, and would hold up all others with it.
    /// </summary>
    private async Task SaveAsync(CancellationToken cancellation)
    {
        var trail = http.HttpContext?.Features.Get<AuditTrail>();
        trail?.AddEntries(db);
        var changed = db.ChangeTracker.Entries().Where(row => row.State != EntityState.Unchanged).ToList();
        if (changed.Count > 2 || changed.Exists(row => row.State != EntityState.Added || row.Entity is not (Data.Jobs.Job or AuditEntry)))
        {
            await db.SaveChangesAsync(cancellation);
            return;
        }

        var rows = changed.ConvertAll(row => row.Entity);
        var audit = rows.OfType<AuditEntry>().SingleOrDefault();
        db.ChangeTracker.Clear();
        await group.SaveAsync(rows.OfType<Job>().Single(), audit, cancellation);
        if (audit is not null)
        {
            trail!.NoteSaved([audit]);
        }
    }

    /// <summary>What the context holds already is saved first; it gives the job its target's id.</summary>
    private async Task<Accepted<Envelope<JobAccepted>>> AcceptAsync(
        Job job, Func<int> target, Func<Task> reserve, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await reserve();
        key.Note(db, job.Id);
        await db.SaveChangesAsync(cancellation);
        job.TargetId = target();
        db.Jobs.Add(job);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return Answer([job]);
    }

    /// <summary>A job that one of the above is to accept.</summary>
    public Job Job(JobDraft draft, Func<Guid, IJobCommand> command)
    {
        var job = draft.Accept(clock.GetUtcNow().UtcDateTime, command);
        outbox.Plan(job);
        return job;
    }

    /// <summary>One that has failed before it began, beside others that can be done: it is shown, and nothing of it is sent.</summary>
    public Job Refused(JobDraft draft, Func<Guid, IJobCommand> command, JobError why)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var job = draft.Accept(now, command);
        (job.Error, job.Cancellable) = (why, false);
        job.Steps = [.. job.Steps.Select(step => step.Name == why.Step ? step with { Status = StepStatus.Failed, FinishedAt = now, Message = why.Message } : step)];
        job.End(now);
        return job;
    }

    /// <summary>After the commit: gives the jobs to the outbox and names the first to the caller.</summary>
    private Accepted<Envelope<JobAccepted>> Answer(IReadOnlyList<Job> jobs)
    {
        foreach (var job in jobs)
        {
            outbox.Enqueue(job);
        }

        return Answers.Accepted(jobs[0].Id, new JobAccepted(jobs[0].Id, jobs[0].Status));
    }
}
