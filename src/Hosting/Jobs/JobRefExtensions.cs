using MultiPanel.Data.Jobs;
using MultiPanel.Progress;

namespace MultiPanel.Hosting.Jobs;

public static class JobRefExtensions
{
    /// <summary>The job as reports of progress name it.</summary>
    public static JobRef Ref(this Job job) => new(job.Id, job.CompanyId, job.Attempt);
}
