using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Auth;
using MultiPanel.Contracts.Clusters;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.TemplateRegistration;
using MultiPanel.Contracts.Templates;
using MultiPanel.Data;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Companies;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Secrets;
using MultiPanel.Data.Templates;
using MultiPanel.Data.Users;
using MultiPanel.Hosting.Jobs;
using MultiPanel.Simulator;

namespace MultiPanel.Standalone;

/// <summary>A simulated Proxmox VE with tenants and templates, to look at the panel without a cluster of one's own.</summary>
public sealed class Demo : IAsyncDisposable
{
    /// <summary>Who can sign in, as the banner shows them. They are the demo's alone: it listens on loopback unless told otherwise.</summary>
    public static readonly (string Username, string Password, Role Role, string? Company)[] Users =
    [
        ("admin", "admin123", Role.SuperAdmin, null),
        ("acme-admin", "admin123", Role.CompanyAdmin, "Acme"),
        ("acme-operator", "operator123", Role.Operator, "Acme"),
        ("globex-admin", "admin123", Role.CompanyAdmin, "Globex"),
        ("globex-operator", "operator123", Role.Operator, "Globex"),
    ];

    private readonly PveSimulator simulator;
    private readonly PanelDatabase database;

    private Demo(PveSimulator simulator, PanelDatabase database) => (this.simulator, this.database) = (simulator, database);

    public IReadOnlyList<SimulatedCluster> Clusters => simulator.Clusters;

    public static async Task<Demo> StartAsync(string dataFolder, PanelDatabase database, SecretBox secrets)
    {
        var simulator = await PveSimulator.StartAsync(SimulatorOptions.Demo() with { StateFolder = Path.Combine(dataFolder, "proxmox") });
        await using var db = database.OpenAll();
        await AddPeopleAsync(db);
        await AddClustersAsync(db, simulator, secrets);
        return new Demo(simulator, database);
    }

    /// <summary>At the first start: registers the simulator's templates, as an admin would.</summary>
    public async Task RegisterTemplatesAsync(IServiceProvider services)
    {
        await using var db = database.OpenAll();
        var outbox = services.GetRequiredService<CommandOutbox>();
        foreach (var simulated in simulator.Clusters)
        {
            var cluster = await db.Clusters.SingleAsync(c => c.Name == simulated.Name);
            if (await db.Templates.AnyAsync(template => template.ClusterId == cluster.Id))
            {
                continue;
            }

            foreach (var vm in simulated.Vms.Where(vm => vm.IsTemplate))
            {
                outbox.Enqueue(await RegisterAsync(db, cluster, vm));
            }
        }

        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        while (!stopping.IsCancellationRequested && await db.Templates.AsNoTracking().AnyAsync(template => template.Status == TemplateStatus.Registering))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    public ValueTask DisposeAsync() => simulator.DisposeAsync();

    private static async Task<Job> RegisterAsync(PanelDb db, Cluster cluster, SimulatedVm vm)
    {
        var template = new Template
        {
            ClusterId = cluster.Id,
            Vmid = vm.VmId,
            Name = vm.Name!,
            Status = TemplateStatus.Registering,
            CreatedAt = DateTime.UtcNow,
        };
        db.Templates.Add(template);
        await db.SaveChangesAsync();
        var job = new JobDraft
        {
            Kind = RegisterTemplateWorkflow.Kind,
            RequestedByName = "demo",
            ClusterId = cluster.Id,
            Target = new JobTarget("template", template.Id, template.Name),
        }.Accept(DateTime.UtcNow, id => new RegisterTemplate { JobId = id });
        db.Jobs.Add(job);
        await db.SaveChangesAsync();
        return job;
    }

    private static async Task AddPeopleAsync(PanelDb db)
    {
        if (await db.Users.AnyAsync())
        {
            return;
        }

        var now = DateTime.UtcNow;
        var companies = Users.Select(user => user.Company).OfType<string>().Distinct()
            .ToDictionary(name => name, name => new Company { Name = name, CreatedAt = now });
        db.Companies.AddRange(companies.Values);
        await db.SaveChangesAsync();
        db.Users.AddRange(Users.Select(user => new User
        {
            Username = user.Username,
            Email = $"{user.Username}@example.com",
            PasswordHash = BCrypt.Net.BCrypt.HashPassword(user.Password),
            Role = user.Role,
            CompanyId = user.Company is { } company ? companies[company].Id : null,
            Status = UserStatus.Active,
            CreatedAt = now,
        }));
        await db.SaveChangesAsync();
    }

    /// <summary>The simulator's ports are new at every start: its clusters' rows follow.</summary>
    private static async Task AddClustersAsync(PanelDb db, PveSimulator simulator, SecretBox secrets)
    {
        foreach (var simulated in simulator.Clusters)
        {
            var cluster = await db.Clusters.SingleOrDefaultAsync(c => c.Name == simulated.Name);
            if (cluster is null)
            {
                cluster = new Cluster
                {
                    Name = simulated.Name,
                    Endpoints = [],
                    Identity = "",
                    SealedSecret = "",
                    VmidFrom = 1000,
                    VmidTo = 99_999,
                    CreatedAt = DateTime.UtcNow,
                };
                db.Clusters.Add(cluster);
            }

            cluster.Endpoints = [.. simulated.Endpoints.Select(endpoint => endpoint.ToString().TrimEnd('/'))];
            cluster.Fingerprint = simulated.Fingerprint;
            cluster.Auth = ClusterAuth.Token;
            cluster.Identity = simulated.TokenId;
            cluster.SealedSecret = secrets.Seal(simulated.TokenSecret);
            cluster.Revision++;
        }

        await db.SaveChangesAsync();
    }
}
