using MultiPanel.Contracts.Jobs;
using MultiPanel.Proxmox.Errors;

namespace MultiPanel.Workers.Steps;

/// <summary>Says in stable codes and plain words what Proxmox said in its own.</summary>
public static class JobErrorTranslation
{
    /// <summary>Enough to see a failed task's last disk, error and end.</summary>
    public const int LogLines = 20;

    public static JobError Of(PveException failure, string cluster, IReadOnlyList<string>? taskLog = null)
    {
        var (code, message) = ProxmoxErrorWords.Of(failure, cluster);
        return new JobError { Code = code, Message = message, Detail = Detail(failure), TaskLog = taskLog };
    }

    public static JobError Of(Exception failure) => failure switch
    {
        StepException known => known.Error,
        _ => new JobError
        {
            Code = JobErrorCodes.InternalError,
            Message = "The panel itself failed at this step; nothing more was tried. The worker's log has the details under this job's id.",
            Detail = failure.GetType().Name, // its text may hold what is not the tenant's, such as addresses and statements
        },
    };

    public static JobError Cancelled { get; } = new() { Code = JobErrorCodes.Cancelled, Message = "Cancelled on request." };

    private static string Detail(PveException failure) => failure.Status is { } status && failure.ReasonPhrase is { Length: > 0 } reason
        && !failure.Text.StartsWith(reason, StringComparison.Ordinal)
            ? $"{status} {reason}: {failure.Text}"
            : failure.Status is { } code ? $"{code} {failure.Text}" : failure.Text;
}
