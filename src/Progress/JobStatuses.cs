using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Progress;

public static class JobStatuses
{
    public static bool IsFinal(this JobStatus status) => status is JobStatus.Succeeded or JobStatus.Failed or JobStatus.Cancelled;
}
