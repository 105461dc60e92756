using System.Text.Json;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;

namespace MultiPanel.Data.Jobs;

/// <summary>A job about to be accepted: save it in the transaction that reserves what it needs, then hand it to the outbox.</summary>
public sealed record JobDraft
{
    /// <summary>One of its workflow's kinds.</summary>
    public required string Kind { get; init; }

    public int? CompanyId { get; init; }

    public int? RequestedById { get; init; }

    public required string RequestedByName { get; init; }

    public int? ClusterId { get; init; }

    public required JobTarget Target { get; init; }

    public JobPriority Priority { get; init; } = JobPriority.Operator;

    /// <summary>The bulk job that it is a child of.</summary>
    public Guid? ParentId { get; init; }

    /// <param name="now">UTC.</param>
    /// <param name="command">Makes the workflow's command for the job's id.</param>
    /// <exception cref="ArgumentException">The description of the command's workflow does not have this kind, or another type of target.</exception>
    public Job Accept(DateTime now, Func<Guid, IJobCommand> command)
    {
        var id = Guid.CreateVersion7(now);
        var made = command(id);
        var workflow = WorkflowCatalog.Of(JobMessages.Queue(made.GetType()));
        if (workflow.Kinds.All(kind => kind.Name != Kind))
        {
            throw new ArgumentException($"'{Kind}' is not a kind of the workflow '{workflow.Queue}'; add it to the workflow's description.", nameof(command));
        }

        if (workflow.TargetType != Target.Type)
        {
            throw new ArgumentException(
                $"Jobs of the workflow '{workflow.Queue}' are about '{workflow.TargetType}', not '{Target.Type}'; correct the target or the workflow's description.", nameof(command));
        }

        return new Job
        {
            Id = id,
            Kind = Kind,
            Status = JobStatus.Queued,
            CompanyId = CompanyId,
            RequestedById = RequestedById,
            RequestedByName = RequestedByName,
            ClusterId = ClusterId,
            TargetType = Target.Type,
            TargetId = Target.Id,
            TargetName = Target.Name,
            SourceId = (made as IReadsSource)?.SourceId,
            GrowsTo = (made as IGrowsVm)?.Wanted,
            Priority = Priority,
            ParentId = ParentId,
            Workflow = workflow.Queue,
            Command = JsonSerializer.Serialize(made, workflow.Command, ContractJson.Options),
            Steps = [.. workflow.Steps.Select(step => new JobStep { Name = step.Name })],
            CreatedAt = now,
            QueuedAt = now,
        };
    }
}
