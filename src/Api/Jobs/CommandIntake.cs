using Microsoft.AspNetCore.Http.HttpResults;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Http;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Templates;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Jobs;

namespace MultiPanel.Api.Jobs;

/// <summary>
/// Accepts commands: what a command reserves and its job go into one transaction; only then is it handed to the outbox
/// and answered with 202.
/// </summary>
internal sealed class CommandIntake(PanelDb db, JobOutbox outbox, TimeProvider clock)
{
    /// <summary>For something that has its id already.</summary>
    public async Task<Accepted<Envelope<JobAccepted>>> AcceptAsync<TCommand>(
        JobDraft draft, Func<Guid, TCommand> command, CancellationToken cancellation)
        where TCommand : class, IJobCommand
    {
        var job = Job(draft, command);
        db.Jobs.Add(job);
        await db.SaveChangesAsync(cancellation);
        return HandOver(job);
    }

    /// <summary>For a VM that the job will make.</summary>
    public async Task<Accepted<Envelope<JobAccepted>>> AcceptAsync<TCommand>(
        JobDraft draft, Vm vm, Func<Guid, TCommand> command, CancellationToken cancellation)
        where TCommand : class, IJobCommand
    {
        var job = Job(draft, command);
        vm.CreatedByJob = job.Id;
        vm.CreatedAt = job.CreatedAt;
        db.Vms.Add(vm);
        return await SaveWithTargetAsync(job, () => vm.Id, cancellation);
    }

    /// <summary>For a template that the job will look at; its row may be an old one.</summary>
    public async Task<Accepted<Envelope<JobAccepted>>> AcceptAsync<TCommand>(
        JobDraft draft, Template template, Func<Guid, TCommand> command, CancellationToken cancellation)
        where TCommand : class, IJobCommand
    {
        var job = Job(draft, command);
        if (template.Id == 0)
        {
            template.CreatedAt = job.CreatedAt;
            db.Templates.Add(template);
        }

        return await SaveWithTargetAsync(job, () => template.Id, cancellation);
    }

    private Job Job<TCommand>(JobDraft draft, Func<Guid, TCommand> command) where TCommand : class, IJobCommand =>
        draft.Accept(clock.GetUtcNow().UtcDateTime, command);

    /// <summary>The database gives the target its id, which the job's row then names.</summary>
    private async Task<Accepted<Envelope<JobAccepted>>> SaveWithTargetAsync(Job job, Func<int> target, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.SaveChangesAsync(cancellation);
        job.TargetId = target();
        db.Jobs.Add(job);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return HandOver(job);
    }

    private Accepted<Envelope<JobAccepted>> HandOver(Job job)
    {
        outbox.Enqueue(job);
        return Answers.Accepted(job.Id, new JobAccepted(job.Id, job.Status));
    }
}
