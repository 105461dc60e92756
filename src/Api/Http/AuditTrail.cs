using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using MultiPanel.Data;
using MultiPanel.Data.Audit;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Companies;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Templates;
using MultiPanel.Data.Tokens;
using MultiPanel.Data.Users;
using MultiPanel.Data.Vms;

namespace MultiPanel.Api.Http;

/// <summary>What one request turns out to have done. It watches the request's database context, so that no endpoint has to report it.</summary>
internal sealed class AuditTrail(Func<AuditTrail, Job, AuditEntry> entry)
{
    private readonly HashSet<Guid> saved = [];
    private readonly SortedSet<string> names = new(StringComparer.Ordinal);
    private object? subject;

    /// <summary>The job that was accepted.</summary>
    public Job? Job { get; private set; }

    /// <summary>The names of the subject's columns that were changed.</summary>
    public IReadOnlyCollection<string> Changed => names;

    /// <summary>The refusal's.</summary>
    public string? Code { get; set; }

    /// <summary>The user who signs in, where none is signed in yet.</summary>
    public (int? Id, string Name, int? CompanyId)? SigningIn { get; set; }

    public bool IsWritten { get; set; }

    /// <summary>What was changed, by type, id, name and company.</summary>
    public (string Type, string? Id, string? Name, int? CompanyId)? Target => Job is { } job
        ? Of(job)
        : subject switch
        {
            User user => ("user", Id(user.Id), user.Username, user.CompanyId),
            Company company => ("company", Id(company.Id), company.Name, company.Id),
            Cluster cluster => ("cluster", Id(cluster.Id), cluster.Name, cluster.CompanyId),
            ApiToken token => ("token", Id(token.Id), token.Name, token.CompanyId),
            Template template => ("template", Id(template.Id), template.Name, template.CompanyId),
            Vm vm => ("vm", Id(vm.Id), vm.Name, vm.CompanyId),
            _ => null,
        };

    public static (string Type, string? Id, string? Name, int? CompanyId) Of(Job job) =>
        (job.TargetType, job.TargetId?.ToString(CultureInfo.InvariantCulture), job.TargetName, job.CompanyId);

    /// <summary>The job's entry was saved in the transaction that accepted it or had it tried again.</summary>
    public bool HasSaved(Guid job) => saved.Contains(job);

    public void Watch(PanelDb db)
    {
        db.SavingChanges += (_, _) => AddEntries(db);
        db.SavedChanges += (_, _) => NoteSaved(db.ChangeTracker.Entries<AuditEntry>().Select(e => e.Entity));
    }

    public void NoteSaved(IEnumerable<AuditEntry> entries) => saved.UnionWith(entries.Select(entry => entry.JobId).OfType<Guid>());

    /// <summary>An accepted command and its line in the log are saved together or not at all; so are a retry and its line.</summary>
    public void AddEntries(PanelDb db)
    {
        var changed = db.ChangeTracker.Entries().Where(e => e.State is EntityState.Added or EntityState.Modified or EntityState.Deleted).ToList();
        var retried = changed.Where(e => e is { State: EntityState.Modified, Entity: Data.Jobs.Job } && e.Property(nameof(Data.Jobs.Job.Attempt)).IsModified)
            .Select(e => (Job)e.Entity).ToList();
        if (retried.Count > 0)
        {
            retried.ForEach(job => Add(db, job)); // the rows put back for them are not what the request is about
            return;
        }

        LookAt(changed.Find(e => e.Entity is User or Company or Cluster or ApiToken or Template or Vm));
        var jobs = changed.Where(e => e.State == EntityState.Added).Select(e => e.Entity).OfType<Job>().ToList();
        if (jobs.Count > 0 && (jobs.Find(job => job.ParentId is null) ?? jobs[0]) is { } accepted)
        {
            Job = accepted;
            Add(db, accepted);
        }
    }

    private void LookAt(EntityEntry? changed)
    {
        subject = changed?.Entity ?? subject;
        if (changed is { State: EntityState.Modified, Entity: User or Company or Cluster })
        {
            names.UnionWith(changed.Properties.Where(p => p.IsModified && p.Metadata.Name != nameof(Cluster.Revision)).Select(p => p.Metadata.GetColumnName()));
        }
    }

    private void Add(PanelDb db, Job job)
    {
        if (!db.ChangeTracker.Entries<AuditEntry>().Any(e => e.Entity.JobId == job.Id))
        {
            db.AuditEntries.Add(entry(this, job));
        }
    }

    private static string? Id(int id) => id == 0 ? null : id.ToString(CultureInfo.InvariantCulture);
}
