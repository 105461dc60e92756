using MassTransit;

namespace MultiPanel.Sagas.Workflows;

/// <summary>What every workflow's saga keeps; all else about a job is in its row.</summary>
public abstract class JobState : SagaStateMachineInstance, ISagaVersion
{
    /// <summary>The job's id.</summary>
    public Guid CorrelationId { get; set; }

    public string CurrentState { get; set; } = "";

    public int Version { get; set; }
}
