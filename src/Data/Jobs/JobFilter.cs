using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;

namespace MultiPanel.Data.Jobs;

/// <summary>Which jobs a list shows; what is absent does not narrow.</summary>
public sealed record JobFilter
{
    /// <summary>More parts than this are read as one: so broad a filter finds its page among the newest jobs.</summary>
    private const int MostParts = 24;

    private static readonly JobStatus[] AllStatuses = Enum.GetValues<JobStatus>();

    /// <summary>Any of them; empty: all.</summary>
    public IReadOnlyList<JobStatus> Statuses { get; init; } = [];

    /// <summary>Any of them; empty: all.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>One of <see cref="WorkflowCatalog.TargetTypes"/>.</summary>
    public string? TargetType { get; init; }

    public int? TargetId { get; init; }

    public int? CompanyId { get; init; }

    public Guid? ParentId { get; init; }

    /// <summary>Accepted at or after this time, UTC.</summary>
    public DateTime? Since { get; init; }

    /// <summary>The newest that fit, newest first. Untracked.</summary>
    /// <param name="db">Its scope narrows too.</param>
    /// <param name="before">Only those with a lower id; null: from the newest on.</param>
    /// <param name="count">At most so many.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<IReadOnlyList<Job>> NewestAsync(PanelDb db, Guid? before, int count, CancellationToken cancellation)
    {
        if (TargetId is not null || ParentId is not null)
        {
            return await RowsAsync(db, await OfOneAsync(db, before, count, cancellation), cancellation);
        }

        // Without a bound of the id, MariaDB intersects two indexes whole (index_merge) to find 50 rows.
        var parts = Parts(Narrow(db.Jobs.AsNoTracking(), before ?? JobIds.Last));
        // Each part is a piece of one index in the order of ids. All at once would be sorted as a whole, however few are shown.
        // Ids alone are found in that index; given whole rows to find, MariaDB walks through the newest jobs for those that match.
        var ids = await parts.Select(part => part.OrderByDescending(job => job.Id).Select(job => job.Id).Take(count))
            .Aggregate((left, right) => left.Concat(right))
            .OrderByDescending(id => id).Take(count).ToListAsync(cancellation);
        return await RowsAsync(db, ids, cancellation);
    }

    /// <summary>The query filter lets only rows of the caller through, whichever ids were found.</summary>
    private static async Task<IReadOnlyList<Job>> RowsAsync(PanelDb db, IReadOnlyList<Guid> ids, CancellationToken cancellation) => ids.Count == 0
        ? []
        : await db.Jobs.AsNoTracking().Where(job => ids.Contains(job.Id)).OrderByDescending(job => job.Id).ToListAsync(cancellation);

    /// <summary>
    /// The jobs of one target or parent are few enough to be read whole. Nothing else may stand in that query: given a company
    /// or an order, SQLite walks through all jobs of the company instead.
    /// </summary>
    private async Task<IReadOnlyList<Guid>> OfOneAsync(PanelDb db, Guid? before, int count, CancellationToken cancellation)
    {
        var jobs = db.Jobs.IgnoreQueryFilters().AsNoTracking();
        jobs = TargetType is { } type ? jobs.Where(job => job.TargetType == type) : jobs;
        jobs = TargetId is { } target ? jobs.Where(job => job.TargetId == target) : jobs;
        jobs = ParentId is { } parent ? jobs.Where(job => job.ParentId == parent) : jobs;
        var found = await jobs.Select(job => new { job.Id, job.CompanyId, job.Kind, job.Status, job.CreatedAt }).ToListAsync(cancellation);
        return [.. found
            .Where(job => db.Scope.All || job.CompanyId == db.Scope.CompanyId)
            .Where(job => CompanyId is null || job.CompanyId == CompanyId)
            .Where(job => Kinds.Count == 0 || Kinds.Contains(job.Kind))
            .Where(job => Statuses.Count == 0 || Statuses.Contains(job.Status))
            .Where(job => Since is null || job.CreatedAt >= Since)
            .Where(job => before is null || job.Id.CompareTo(before.Value) < 0)
            .Select(job => job.Id).OrderDescending().Take(count)];
    }

    private IQueryable<Job> Narrow(IQueryable<Job> jobs, Guid before)
    {
        jobs = jobs.Where(job => job.Id.CompareTo(before) < 0);
        jobs = TargetType is { } type ? jobs.Where(job => job.TargetType == type) : jobs;
        jobs = CompanyId is { } company ? jobs.Where(job => job.CompanyId == company) : jobs;
        return Since is { } since ? jobs.AcceptedSince(since) : jobs;
    }

    /// <summary>
    /// One for each status and kind. A kind alone is read status by status, as its index has it; a type of target alone, kind by
    /// kind.
    /// </summary>
    private List<IQueryable<Job>> Parts(IQueryable<Job> jobs)
    {
        var kinds = Kinds.Count == 0 && TargetType is { } type ? WorkflowCatalog.KindsAbout(type) : Kinds;
        var statuses = Statuses.Count > 0 || kinds.Count == 0 ? Statuses : AllStatuses;
        var byKind = kinds.Count == 0 ? [jobs] : kinds.Distinct().Select(kind => jobs.Where(job => job.Kind == kind));
        var parts = statuses.Count == 0
            ? byKind.ToList()
            : [.. byKind.SelectMany(_ => statuses.Distinct(), (part, status) => part.Where(job => job.Status == status))];
        return parts.Count > MostParts ? [All(jobs)] : parts;
    }

    private IQueryable<Job> All(IQueryable<Job> jobs)
    {
        jobs = Statuses.Count > 0 ? jobs.Where(job => Statuses.Contains(job.Status)) : jobs;
        return Kinds.Count > 0 ? jobs.Where(job => Kinds.Contains(job.Kind)) : jobs;
    }
}

public static class JobFilterExtensions
{
    /// <summary>In the order in which they ended; the bounds are those of the last one read, or a time and <see cref="Guid.Empty"/>.</summary>
    public static IQueryable<Job> EndedAfter(this IQueryable<Job> jobs, DateTime ended, Guid id) => jobs
        .Where(job => job.FinishedAt >= ended && (job.FinishedAt > ended || job.Id.CompareTo(id) > 0))
        .OrderBy(job => job.FinishedAt).ThenBy(job => job.Id);

    /// <summary>Those that are not over: they have no end, which an index finds in the order of age, and a status that is not final.</summary>
    public static IQueryable<Job> WhereOpen(this IQueryable<Job> jobs) => jobs.Where(job => job.FinishedAt == null
        && (job.Status == JobStatus.Queued || job.Status == JobStatus.Running || job.Status == JobStatus.Cancelling));

    /// <summary>Ids sort by age: their bound keeps older rows from being read, and a time in the future from reading all.</summary>
    public static IQueryable<Job> AcceptedSince(this IQueryable<Job> jobs, DateTime since)
    {
        var first = JobIds.From(since);
        return jobs.Where(job => job.Id.CompareTo(first) >= 0 && job.CreatedAt >= since);
    }
}
