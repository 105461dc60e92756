using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Audit;
using MultiPanel.Data;
using MultiPanel.Data.Audit;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Companies;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Templates;
using MultiPanel.Data.Tokens;
using MultiPanel.Data.Users;
using MultiPanel.Data.Vms;

namespace MultiPanel.Api.Audit;

/// <summary>What one request turns out to have done. It watches the request's database context, so that no endpoint has to tell.</summary>
internal sealed class AuditTrail(Func<AuditTrail, int, AuditEntry> entry)
{
    private object? subject;

    /// <summary>The job that was accepted.</summary>
    public Job? Job { get; private set; }

    /// <summary>The job whose entry was saved in the transaction that accepted it.</summary>
    public Guid? Saved { get; private set; }

    /// <summary>The refusal's.</summary>
    public string? Code { get; set; }

    /// <summary>Whose sign-in it is, where nobody is signed in yet.</summary>
    public (int? Id, string Name, int? CompanyId)? SigningIn { get; set; }

    public bool IsWritten { get; set; }

    /// <summary>What was changed, by type, id, name and company.</summary>
    public (string Type, string? Id, string? Name, int? CompanyId)? Target => Job is { } job
        ? (job.TargetType, job.TargetId?.ToString(System.Globalization.CultureInfo.InvariantCulture), job.TargetName, job.CompanyId)
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

    public void Watch(PanelDb db)
    {
        db.SavingChanges += (_, _) => Look(db);
        db.SavedChanges += (_, _) => Saved = db.ChangeTracker.Entries<AuditEntry>().Select(e => e.Entity.JobId).LastOrDefault() ?? Saved;
    }

    /// <summary>An accepted command and its line in the log are saved together or not at all.</summary>
    private void Look(PanelDb db)
    {
        var changed = db.ChangeTracker.Entries().Where(e => e.State is EntityState.Added or EntityState.Modified or EntityState.Deleted).ToList();
        subject = changed.Select(e => e.Entity).FirstOrDefault(e => e is User or Company or Cluster or ApiToken or Template or Vm) ?? subject;
        var jobs = changed.Where(e => e.State == EntityState.Added).Select(e => e.Entity).OfType<Job>().ToList();
        if (jobs.Count == 0 || (jobs.Find(job => job.ParentId is null) ?? jobs[0]) is not { } job)
        {
            return;
        }

        Job = job;
        if (!db.ChangeTracker.Entries<AuditEntry>().Any(e => e.Entity.JobId == job.Id))
        {
            db.AuditEntries.Add(entry(this, StatusCodes.Status202Accepted));
        }
    }

    private static string? Id(int id) => id == 0 ? null : id.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
