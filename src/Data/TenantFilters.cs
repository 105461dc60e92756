using Microsoft.EntityFrameworkCore;
using MultiPanel.Data.Audit;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Companies;
using MultiPanel.Data.Groups;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Orphans;
using MultiPanel.Data.Templates;
using MultiPanel.Data.Tokens;
using MultiPanel.Data.Users;
using MultiPanel.Data.Vms;

namespace MultiPanel.Data;

/// <summary>
/// The one place where a company is limited to its own rows and to what is shared with all. The filters apply to every query
/// of a context that was opened for a company; workers and super admins have a model without filters. One model with
/// <c>sees all OR company = X</c> would hide from SQLite that an index on the company can be used.
/// </summary>
internal static class TenantFilters
{
    /// <param name="db">EF Core replaces it by the context that runs the query.</param>
    public static void Apply(ModelBuilder model, PanelDb db)
    {
        model.Entity<Company>().HasQueryFilter(company => company.Id == db.Scope.CompanyId);
        model.Entity<User>().HasQueryFilter(user => user.CompanyId == db.Scope.CompanyId);
        model.Entity<Group>().HasQueryFilter(group => group.CompanyId == db.Scope.CompanyId);
        model.Entity<GroupMember>().HasQueryFilter(member => member.CompanyId == db.Scope.CompanyId);
        model.Entity<ApiToken>().HasQueryFilter(token => token.CompanyId == db.Scope.CompanyId);
        model.Entity<AuditEntry>().HasQueryFilter(entry => entry.CompanyId == db.Scope.CompanyId);
        model.Entity<Vm>().HasQueryFilter(vm => vm.CompanyId == db.Scope.CompanyId);
        model.Entity<Job>().HasQueryFilter(job => job.CompanyId == db.Scope.CompanyId);
        model.Entity<Orphan>().HasQueryFilter(orphan => orphan.CompanyId == db.Scope.CompanyId);
        model.Entity<Cluster>().HasQueryFilter(cluster => cluster.CompanyId == null || cluster.CompanyId == db.Scope.CompanyId);
        // A shared template of a cluster that belongs to one company belongs to that company too.
        model.Entity<Template>().HasQueryFilter(template => (template.CompanyId == null || template.CompanyId == db.Scope.CompanyId)
            && db.Clusters.Any(cluster => cluster.Id == template.ClusterId && (cluster.CompanyId == null || cluster.CompanyId == db.Scope.CompanyId)));
    }
}
