using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Companies;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Data.Tests.Queries;

/// <summary>None of these may grow with the history of jobs.</summary>
internal static class HotQueries
{
    private const string Ids = "sqlite_autoindex_jobs_1";

    private static readonly DateTime Future = new(2099, 1, 1, 0, 0, 0, DateTimeKind.Utc), Recent = ManyJobs.Newest.AddMinutes(-5);

    private static readonly JobStatus[] Ended = [JobStatus.Succeeded, JobStatus.Failed];

    public static readonly IReadOnlyList<HotQuery> All =
    [
        // GET /api/jobs
        List("all", Ids, new JobFilter()),
        List("all of a company", "ix_jobs_company_id_id", new JobFilter(), company: 3),
        List("a company's, asked by an admin", "ix_jobs_company_id_id", new JobFilter { CompanyId = 3 }),
        List("status", "ix_jobs_status_id", new JobFilter { Statuses = [JobStatus.Failed] }),
        List("two statuses", "ix_jobs_status_id", new JobFilter { Statuses = Ended }),
        List("status of a company", "ix_jobs_company_id_status_id", new JobFilter { Statuses = [JobStatus.Cancelled] }, company: 3),
        List("two statuses of a company", "ix_jobs_company_id_status_id", new JobFilter { Statuses = Ended }, company: 3),
        List("a rare kind", "ix_jobs_kind_status_id", new JobFilter { Kinds = ["template.register"] }),
        List("a kind that is none", "ix_jobs_kind_status_id", new JobFilter { Kinds = ["nosuch"] }),
        List("kind and status", "ix_jobs_kind_status_id", new JobFilter { Kinds = ["vm.start", "vm.stop"], Statuses = [JobStatus.Failed] }),
        List("kind of a company", "ix_jobs_company_id_kind_status_id", new JobFilter { Kinds = ["template.register"] }, company: 3),
        List("kind and status of a company", "ix_jobs_company_id_kind_status_id", new JobFilter { Kinds = ["vm.start"], Statuses = [JobStatus.Failed] }, company: 3),
        List("target", "ix_jobs_target_id_target_type_finished_at", new JobFilter { TargetType = "vm", TargetId = 7 }, sorted: true),
        List("target by its id alone", "ix_jobs_target_id_target_type_finished_at", new JobFilter { TargetId = 7 }, sorted: true),
        List("target of a company", "ix_jobs_target_id_target_type_finished_at", new JobFilter { TargetType = "vm", TargetId = 7 }, company: 3, sorted: true),
        List("children for a company", "ix_jobs_parent_id_status", new JobFilter { ParentId = ManyJobs.Parent, Kinds = ["vm.start"] }, company: 3, sorted: true),
        List("children", "ix_jobs_parent_id_status", new JobFilter { ParentId = ManyJobs.Parent }, sorted: true),
        List("children of a status", "ix_jobs_parent_id_status", new JobFilter { ParentId = ManyJobs.Parent, Statuses = [JobStatus.Failed] }, sorted: true),
        List("a rare type of target", "ix_jobs_kind_status_id", new JobFilter { TargetType = "vms" }),
        List("a rare type of target, of a company", "ix_jobs_company_id_kind_status_id", new JobFilter { TargetType = "template" }, company: 3),
        List("type of target and status", "ix_jobs_kind_status_id", new JobFilter { TargetType = "template", Statuses = Ended }),
        List("the most frequent type of target, of a company", "ix_jobs_company_id_id", new JobFilter { TargetType = "vm" }, company: 3),
        List("the most frequent type of target and a status", "ix_jobs_kind_status_id", new JobFilter { TargetType = "vm", Statuses = [JobStatus.Failed] }),
        List("since the future", $"{Ids} (id>?", new JobFilter { Since = Future }),
        List("since the future, of a company", "ix_jobs_company_id_id (company_id=? AND id>?", new JobFilter { Since = Future }, company: 3),
        List("since the future, of a kind", "ix_jobs_kind_status_id (kind=? AND status=? AND id>?", new JobFilter { Since = Future, Kinds = ["vm.start"] }),
        List("the next page", $"{Ids} (id<?", new JobFilter(), before: JobIds.From(Recent)),

        // Commands
        new("what a company is about to grow by", "ix_jobs_company_id_grows_to (company_id=? AND grows_to>?", db => Usage.CountAsync(db, 3, default)),
        new("open jobs of a target", "ix_jobs_target_id_target_type_finished_at (target_id=? AND target_type=? AND finished_at=?",
            db => db.Jobs.Where(job => job.TargetType == "vm" && job.TargetId == 7 && job.FinishedAt == null)
                .OrderBy(job => job.QueuedAt).ThenBy(job => job.Id).FirstOrDefaultAsync(), Sorted: true),
        new("open clones of a VM", "ix_jobs_source_id_finished_at (source_id=? AND finished_at=?",
            db => db.Jobs.Where(job => job.FinishedAt == null && job.QueuedAt < Future && job.SourceId == 7).ToListAsync()),
        new("failed jobs to try again", "ix_jobs_status_id", db => db.Jobs.Where(job => job.Status == JobStatus.Failed).AcceptedSince(Recent).OrderBy(job => job.Id).ToListAsync()),

        new("a job with what it is about", $"{Ids} (id=?|ix_jobs_target_id_target_type_finished_at (target_id=? AND target_type=? AND finished_at=?",
            db => db.FindWithTargetAsync(ManyJobs.Parent, default)),

        // Streams
        new("all open jobs", "ix_jobs_finished_at_id (finished_at=? AND id>?", db => db.Jobs.WhereOpen().Where(job => job.Id.CompareTo(Guid.Empty) > 0).OrderBy(job => job.Id).Take(500).ToListAsync()),
        new("open jobs of a company", "ix_jobs_", db => db.Jobs.WhereOpen().Where(job => job.Id.CompareTo(Guid.Empty) > 0).OrderBy(job => job.Id).Take(500).ToListAsync(), Company: 3, Sorted: true),
        new("jobs that ended since", "ix_jobs_finished_at_id (finished_at>?",
            db => db.Jobs.EndedAfter(Recent, Guid.Empty).Take(500).ToListAsync()),

        // Rounds of the workers
        new("what is to be sent, by company and cluster", "COVERING INDEX ix_jobs_backlog",
            db => db.Jobs.Where(job => job.Status == JobStatus.Queued)
                .GroupBy(job => new { job.CompanyId, job.ClusterId, Interactive = job.Priority == JobPriority.Interactive })
                .Select(line => new { line.Key, Sent = line.Count(job => job.DispatchedAt != null), All = line.Count() }).ToListAsync(), Sorted: true),
        new("what of one company is sent next", "ix_jobs_backlog (status=? AND dispatched_at=? AND company_id=? AND cluster_id=?",
            db => db.Jobs.Where(job => job.Status == JobStatus.Queued && job.CompanyId == 3 && job.ClusterId == 1 && job.DispatchedAt == null && job.QueuedAt < Future)
                .OrderBy(job => job.QueuedAt).Take(12).ToListAsync(), Sorted: true),
        new("the slots of a cluster", "ix_jobs_cluster_id_status",
            db => db.Jobs.Where(job => job.ClusterId == 1 && job.Slot != null && (job.Status == JobStatus.Running || job.Status == JobStatus.Cancelling))
                .Select(job => job.Slot).ToListAsync()),
        new("how a bulk job's children stand", "ix_jobs_parent_id_status",
            db => db.Jobs.Where(job => job.ParentId == ManyJobs.Parent).GroupBy(job => job.Status).Select(group => new { group.Key, Count = group.Count() }).ToListAsync()),
        new("what is old enough to be deleted", "ix_jobs_finished_at_id",
            db => db.Jobs.EndedAfter(default, Guid.Empty).Where(job => job.FinishedAt < Recent).Select(job => new { job.Id, job.FinishedAt }).Take(500).ToListAsync()),
    ];

    private static HotQuery List(string name, string index, JobFilter filter, int? company = null, bool sorted = false, Guid? before = null) =>
        new($"list: {name}", index, db => filter.NewestAsync(db, before, 51, default), company, sorted);
}
