using System.Globalization;
using MultiPanel.Contracts.Auth;
using MultiPanel.Contracts.Clusters;
using MultiPanel.Contracts.Templates;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Companies;
using MultiPanel.Data.Secrets;
using MultiPanel.Data.Templates;
using MultiPanel.Data.Users;
using MultiPanel.Data.Vms;
using MultiPanel.Simulator;

namespace MultiPanel.TestKit.Processes;

/// <summary>Who shares an installation, and the clusters and templates that they share.</summary>
/// <param name="Companies">By name, which is also the name of an admin of theirs who can sign in.</param>
/// <param name="Clusters">The panel's ids, by name.</param>
/// <param name="Templates">The panel's ids, by cluster and name.</param>
public sealed record InstallationTenants(
    IReadOnlyDictionary<string, int> Companies, IReadOnlyDictionary<string, int> Clusters, IReadOnlyDictionary<(string Cluster, string Name), int> Templates)
{
    /// <summary>All users', also the super admin's, who is <c>admin</c>.</summary>
    public const string Password = "correct horse battery";

    private static readonly string[] Names = ["acme", "globex", "initech"];

    public static async Task<InstallationTenants> AddAsync(PanelDatabase database, PveSimulator simulator, SecretBox secrets)
    {
        await using var db = database.OpenAll();
        var now = DateTime.UtcNow;
        var companies = Names.Select(name => new Company { Name = name, CreatedAt = now }).ToList();
        db.Companies.AddRange(companies);
        var clusters = simulator.Clusters.Select(simulated => Cluster(simulated, secrets, now)).ToList();
        db.Clusters.AddRange(clusters);
        await db.SaveChangesAsync();

        var hash = BCrypt.Net.BCrypt.HashPassword(Password);
        db.Users.Add(User("admin", Role.SuperAdmin, null));
        db.Users.AddRange(companies.Select(company => User(company.Name, Role.CompanyAdmin, company.Id)));
        var templates = new Dictionary<(string, string), Template>();
        foreach (var (cluster, simulated) in clusters.Zip(simulator.Clusters))
        {
            foreach (var seen in simulated.Vms.Where(vm => vm.IsTemplate))
            {
                templates[(cluster.Name, seen.Name)] = await TemplateAsync(db, cluster, seen, now);
            }
        }

        await db.SaveChangesAsync();
        return new InstallationTenants(
            companies.ToDictionary(company => company.Name, company => company.Id),
            clusters.ToDictionary(cluster => cluster.Name, cluster => cluster.Id),
            templates.ToDictionary(template => template.Key, template => template.Value.Id));

        User User(string name, Role role, int? company) => new()
        {
            Username = name,
            Email = $"{name}@example.com",
            PasswordHash = hash,
            Role = role,
            CompanyId = company,
            Status = UserStatus.Active,
            CreatedAt = now,
        };
    }

    private static Cluster Cluster(SimulatedCluster simulated, SecretBox secrets, DateTime now) => new()
    {
        Name = simulated.Name,
        Endpoints = [.. simulated.Endpoints.Select(endpoint => endpoint.ToString().TrimEnd('/'))],
        Auth = ClusterAuth.Token,
        Identity = simulated.TokenId,
        SealedSecret = secrets.Seal(simulated.TokenSecret),
        Fingerprint = simulated.Fingerprint,
        VmidFrom = 10_000,
        VmidTo = 99_999,
        CreatedAt = now,
    };

    private static async Task<Template> TemplateAsync(PanelDb db, Cluster cluster, SimulatedVm seen, DateTime now)
    {
        var source = new Vm
        {
            ClusterId = cluster.Id,
            Vmid = seen.VmId,
            Name = seen.Name,
            Node = seen.Node,
            Template = true,
            Cores = Number(seen, "cores", 1) * Number(seen, "sockets", 1),
            Sockets = Number(seen, "sockets", 1),
            MemoryMb = Number(seen, "memory", 512),
            DiskGb = seen.Config.Values.Where(value => !value.Contains("media=cdrom", StringComparison.Ordinal)).Sum(Size),
            Status = VmStatus.Stopped,
            CreatedAt = now,
        };
        db.Vms.Add(source);
        await db.SaveChangesAsync();
        var template = new Template
        {
            ClusterId = cluster.Id,
            SourceId = source.Id,
            Vmid = seen.VmId,
            Name = seen.Name,
            CloudInit = seen.Config.Values.Any(value => value.Contains("cloudinit", StringComparison.Ordinal)),
            Status = TemplateStatus.Ready,
            CreatedAt = now,
        };
        db.Templates.Add(template);
        return template;
    }

    private static double Size(string value) => value.Split(',').FirstOrDefault(part => part.StartsWith("size=", StringComparison.Ordinal)) is { } size
        ? double.Parse(size["size=".Length..^1], CultureInfo.InvariantCulture) / (size[^1] == 'M' ? 1024 : 1)
        : 0;

    private static int Number(SimulatedVm seen, string option, int normal) =>
        seen.Config.TryGetValue(option, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : normal;
}
