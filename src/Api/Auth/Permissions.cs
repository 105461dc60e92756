using Microsoft.AspNetCore.Authorization;
using MultiPanel.Contracts.Auth;
using MultiPanel.Contracts.Tokens;
using static MultiPanel.Contracts.Auth.Role;
using static MultiPanel.Contracts.Tokens.TokenScope;

namespace MultiPanel.Api.Auth;

/// <summary>
/// What each role may do, and which scope an API token needs for it. Whose rows it may be done to is not decided here but
/// by <see cref="Caller.Scope"/>. docs/permissions.md has the same table; a test compares them.
/// </summary>
internal static class Permissions
{
    public const string SeeThemselves = "themselves.see";
    public const string ManageThemselves = "themselves.manage";
    public const string ReadCompanies = "companies.read";
    public const string ManageCompanies = "companies.manage";
    public const string ReadUsers = "users.read";
    public const string ManageUsers = "users.manage";
    public const string ReadGroups = "groups.read";
    public const string ManageGroups = "groups.manage";
    public const string ReadAudit = "audit.read";
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

    public static readonly IReadOnlyDictionary<string, Permission> Table = new Dictionary<string, Permission>
    {
        [SeeThemselves] = new("see who they are and their own API tokens", Read, SuperAdmin, CompanyAdmin, Operator, User),
        [ManageThemselves] = new("change their password and mails, make and revoke their API tokens", Admin, SuperAdmin, CompanyAdmin, Operator, User),
        [ReadCompanies] = new("read companies, quotas and usage", Read, SuperAdmin, CompanyAdmin, Operator),
        [ManageCompanies] = new("add, change and delete companies", Admin, SuperAdmin),
        [ReadUsers] = new("read users and their API tokens", Read, SuperAdmin, CompanyAdmin),
        [ManageUsers] = new("add, change and delete users, revoke their API tokens", Admin, SuperAdmin, CompanyAdmin),
        [ReadGroups] = new("read groups; their members need `users.read`", Read, SuperAdmin, CompanyAdmin, Operator),
        [ManageGroups] = new("add, change and delete groups and their members", Admin, SuperAdmin, CompanyAdmin),
        [ReadAudit] = new("read the audit log", Read, SuperAdmin, CompanyAdmin),
        [ListClusters] = new("list clusters; all but super admins by name alone", Read, SuperAdmin, CompanyAdmin, Operator),
        [ManageClusters] = new("read, add, change, test and forget clusters", Admin, SuperAdmin),
        [ManageOrphans] = new("read, adopt and delete orphans", Admin, SuperAdmin),
        [ReadVms] = new("read VMs and their snapshots", Read, SuperAdmin, CompanyAdmin, Operator),
        [CommandVms] = new("make, change, run and delete VMs", Command, SuperAdmin, CompanyAdmin, Operator),
        [ReadTemplates] = new("read registered templates", Read, SuperAdmin, CompanyAdmin, Operator),
        [DiscoverTemplates] = new("look for templates in a cluster", Read, SuperAdmin),
        [RegisterTemplates] = new("register templates", Command, SuperAdmin, CompanyAdmin),
        [ReadJobs] = new("read and follow jobs", Read, SuperAdmin, CompanyAdmin, Operator),
        [CancelJobs] = new("cancel jobs whose commands they may give", Command, SuperAdmin, CompanyAdmin, Operator),
        [RetryJobs] = new("try failed jobs again whose commands they may give", Command, SuperAdmin, CompanyAdmin, Operator),
        [PrioritizeJobs] = new("change a job's priority", Command, SuperAdmin, CompanyAdmin, Operator),
        [UrgeJobs] = new("raise a job's priority to interactive", Command, SuperAdmin, CompanyAdmin),
    };

    public static bool Allows(this Caller caller, string permission) =>
        Table[permission] is var needed
        && needed.Roles.Contains(caller.Role)
        && (caller.Token is not { } token || token.Scope >= needed.Scope);

    public static void AddPolicies(AuthorizationOptions options)
    {
        foreach (var permission in Table.Keys)
        {
            options.AddPolicy(permission, policy => policy.RequireAuthenticatedUser().RequireAssertion(context =>
                context.Resource is HttpContext http && http.Features.Get<Caller>() is { } caller && caller.Allows(permission)));
        }
    }
}

/// <param name="What">In words, for the docs.</param>
/// <param name="Scope">The least that an API token must have.</param>
internal sealed record Permission(string What, TokenScope Scope, params Role[] Roles);
