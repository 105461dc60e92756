using MassTransit;

namespace MultiPanel.Sagas.Tests.Persistence;

/// <summary>A saga that adds up, so that a lost event shows.</summary>
public sealed class Tally : SagaStateMachineInstance, ISagaVersion
{
    public Guid CorrelationId { get; set; }
    public int Version { get; set; }
    public string CurrentState { get; set; } = "";
    public int Total { get; set; }
    public string Label { get; set; } = "";
    public string? Note { get; set; }
    public DateTimeOffset OpenedAt { get; set; }
    public Dictionary<string, int> ByName { get; set; } = [];
}

/// <summary>Another saga type, with the same ids.</summary>
public sealed class Audit : ISaga, ISagaVersion
{
    public Guid CorrelationId { get; set; }
    public int Version { get; set; }
    public string Subject { get; set; } = "";
}

public sealed record OpenTally(Guid Id, string Label);

public sealed record Count(Guid Id, int Amount);

public sealed record CloseTally(Guid Id);

public sealed record TallyAnswer(Guid Id, int Total, string Label);

public sealed record NoSuchTally(Guid Id);
