using Microsoft.AspNetCore.Authorization;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Auth;

namespace MultiPanel.Api.Auth;

/// <summary>What each role may do. Whose rows it may do it to is not decided here but by <see cref="Caller.Scope"/>.</summary>
internal static class Permissions
{
    public const string SeeThemselves = "themselves.see";
    public const string ListClusters = "clusters.list";
    public const string ManageClusters = "clusters.manage";
    public const string ManageOrphans = "orphans.manage";
    public const string ReadVms = "vms.read";
    public const string CommandVms = "vms.command";
    public const string ReadTemplates = "templates.read";
    public const string DiscoverTemplates = "templates.discover";
    public const string RegisterTemplates = "templates.register";
    public const string ReadJobs = "jobs.read";
    public const string CancelJobs = "jobs.cancel";
    public const string RetryJobs = "jobs.retry";
    public const string PrioritizeJobs = "jobs.prioritize";

    /// <summary>Up to interactive.</summary>
    public const string UrgeJobs = "jobs.urge";

    private static readonly Dictionary<string, Role[]> Table = new()
    {
        [SeeThemselves] = [Role.SuperAdmin, Role.CompanyAdmin, Role.Operator, Role.User],
        [ListClusters] = [Role.SuperAdmin, Role.CompanyAdmin, Role.Operator],
        [ManageClusters] = [Role.SuperAdmin],
        [ManageOrphans] = [Role.SuperAdmin],
        [ReadVms] = [Role.SuperAdmin, Role.CompanyAdmin, Role.Operator],
        [CommandVms] = [Role.SuperAdmin, Role.CompanyAdmin, Role.Operator],
        [ReadTemplates] = [Role.SuperAdmin, Role.CompanyAdmin, Role.Operator],
        [DiscoverTemplates] = [Role.SuperAdmin],
        [RegisterTemplates] = [Role.SuperAdmin, Role.CompanyAdmin],
        [ReadJobs] = [Role.SuperAdmin, Role.CompanyAdmin, Role.Operator],
        [CancelJobs] = [Role.SuperAdmin, Role.CompanyAdmin, Role.Operator],
        [RetryJobs] = [Role.SuperAdmin, Role.CompanyAdmin, Role.Operator],
        [PrioritizeJobs] = [Role.SuperAdmin, Role.CompanyAdmin, Role.Operator],
        [UrgeJobs] = [Role.SuperAdmin, Role.CompanyAdmin],
    };

    public static bool Allow(Role role, string permission) => Table[permission].Contains(role);

    public static void AddPolicies(AuthorizationOptions options)
    {
        foreach (var (permission, roles) in Table)
        {
            options.AddPolicy(permission, policy => policy.RequireRole(roles.Select(role => Words.Of(role))));
        }
    }
}
