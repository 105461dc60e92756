using System.Text.Json;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Data.Jobs;

/// <summary>A job about to be accepted: save it in the transaction that reserves what it needs, then hand it to the outbox.</summary>
public sealed record JobDraft
{
    public required string Kind { get; init; }

    public int? CompanyId { get; init; }

    public int? RequestedById { get; init; }

    public required string RequestedByName { get; init; }

    public int? ClusterId { get; init; }

    public required JobTarget Target { get; init; }

    public JobPriority Priority { get; init; } = JobPriority.Operator;

    /// <summary>The bulk job that it is a child of.</summary>
    public Guid? ParentId { get; init; }

    /// <summary>The names of the steps, in order.</summary>
    public required IReadOnlyList<string> Steps { get; init; }

    /// <param name="command">Makes the workflow's command for the job's id.</param>
    public Job Accept<TCommand>(DateTime now, Func<Guid, TCommand> command) where TCommand : class, IJobCommand
    {
        var id = Guid.CreateVersion7(now);
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
            Priority = Priority,
            ParentId = ParentId,
            Workflow = JobMessages.Queue(typeof(TCommand)),
            Command = JsonSerializer.Serialize(command(id), ContractJson.Options),
            Steps = [.. Steps.Select(name => new JobStep { Name = name })],
            CreatedAt = now,
            QueuedAt = now,
        };
    }
}
