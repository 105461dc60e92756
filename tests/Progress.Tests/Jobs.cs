using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Progress.Tests;

/// <summary>Jobs to try with, and the database that knows some of them.</summary>
public sealed class Jobs : IJobSource
{
    private readonly Dictionary<Guid, JobView> rows = [];

    /// <summary>How often the database was asked.</summary>
    public int Loads { get; private set; }

    public static JobView Running(int? company = null, params string[] steps) => new()
    {
        Id = Guid.CreateVersion7(),
        Kind = "vm.start",
        Status = JobStatus.Running,
        CompanyId = company,
        Target = new JobTarget("vm", 1, "web1"),
        Steps = [.. steps.Select(name => new JobStep { Name = name })],
        CreatedAt = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc),
    };

    public JobView Keep(JobView job) => rows[job.Id] = job;

    public Task<JobView?> LoadAsync(Guid jobId, CancellationToken cancellation)
    {
        Loads++;
        return Task.FromResult(rows.GetValueOrDefault(jobId));
    }
}
