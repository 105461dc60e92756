using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Workers.Steps;

/// <summary>The step has failed for good, for a reason of ours.</summary>
public sealed class StepException(JobError error) : Exception(error.Message)
{
    public StepException(string code, string message, string? detail = null)
        : this(new JobError { Code = code, Message = message, Detail = detail })
    {
    }

    public JobError Error { get; } = error;
}
