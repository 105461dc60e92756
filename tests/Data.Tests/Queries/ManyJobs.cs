using Microsoft.EntityFrameworkCore;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Data.Tests.Queries;

/// <summary>A table of jobs as it is after some months: most succeeded, few failed, the newest few hundred open.</summary>
internal static class ManyJobs
{
    private const int Open = 300;

    private const long Minute = 60_000;

    /// <summary>When the newest was accepted; each is a minute younger than the one before.</summary>
    public static readonly DateTime Newest = new(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>A bulk job of a hundred children.</summary>
    public static readonly Guid Parent = JobIds.From(Newest.AddDays(-2));

    public static Task SowAsync(PanelDb db, int count)
    {
        var newest = new DateTimeOffset(Newest).ToUnixTimeMilliseconds();
        return db.Database.ExecuteSqlAsync($""""
            WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {count - 1}),
            job AS (SELECT i, {newest} - i * {Minute} AS ms, CASE WHEN i < {Open} THEN 1 ELSE 0 END AS open FROM n)
            INSERT INTO jobs (id, kind, status, percent, company_id, requested_by_name, cluster_id, target_type, target_id, priority, parent_id, attempt,
                workflow, command, steps, warnings, created_at, queued_at, finished_at, dispatched_at, cancellable, revision)
            SELECT printf('%08X-%04X-7000-8000-%012X', ms / 65536, ms % 65536, i),
                CASE WHEN i % 500 = 499 THEN 'template.register' WHEN i % 3 = 0 THEN 'vm.start' WHEN i % 3 = 1 THEN 'vm.stop' ELSE 'vm.resize' END,
                CASE WHEN open THEN CASE i % 3 WHEN 0 THEN 'queued' WHEN 1 THEN 'running' ELSE 'cancelling' END
                    WHEN i % 50 = 0 THEN 'failed' WHEN i % 101 = 0 THEN 'cancelled' ELSE 'succeeded' END,
                0, 1 + i % 20, 'anna', 1 + i % 3, CASE WHEN i % 500 = 499 THEN 'template' ELSE 'vm' END, i % 2000, 'operator', CASE WHEN i BETWEEN 5000 AND 5099 THEN {Parent.ToString().ToUpperInvariant()} END, 1,
                'operate-vm', {"""{"job_id": "01900000-0000-7000-8000-000000000000", "action": "resize"}"""}, '[]', 0,
                strftime('%Y-%m-%d %H:%M:%f', ms / 1000.0, 'unixepoch'), strftime('%Y-%m-%d %H:%M:%f', ms / 1000.0, 'unixepoch'),
                CASE WHEN NOT open THEN strftime('%Y-%m-%d %H:%M:%f', ms / 1000.0 + 30, 'unixepoch') END,
                CASE WHEN i % 2 THEN strftime('%Y-%m-%d %H:%M:%f', ms / 1000.0, 'unixepoch') END, 1, 0
            FROM job
            """");
    }
}
