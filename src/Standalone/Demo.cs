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
using MultiPanel.Progress;
using MultiPanel.Simulator;

namespace MultiPanel.Standalone;

/// <summary>A simulated Proxmox VE with tenants and templates, to look at the panel without a cluster of one's own.</summary>
public sealed class Demo : IAsyncDisposable
{
    /// <summary>Who can sign in, as the banner shows them. Only the demo has them, and it listens on loopback unless <c>BIND</c> says otherwise.</summary>
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

    private readonly TimeProvider clock;

    private Demo(PveSimulator simulator, PanelDatabase database, TimeProvider clock) =>
        (this.simulator, this.database, this.clock) = (simulator, database, clock);

    public IReadOnlyList<SimulatedCluster> Clusters => simulator.Clusters;

    public static async Task<Demo> StartAsync(string dataFolder, PanelDatabase database, SecretBox secrets, TimeProvider clock)
    {
        var simulator = await PveSimulator.StartAsync(SimulatorOptions.Demo() with { StateFolder = Path.Combine(dataFolder, "proxmox") });
        await using var db = database.OpenAll();
        var now = clock.GetUtcNow().UtcDateTime;
        await AddPeopleAsync(db, now);
        await AddClustersAsync(db, simulator, secrets, now);
        return new Demo(simulator, database, clock);
    }

    /// <summary>At the first start: registers the simulator's templates, as an admin would. Returns when all are registered or the host stops.</summary>
    public async Task RegisterTemplatesAsync(IServiceProvider services)
    {
        await using var db = database.OpenAll();
        var outbox = services.GetRequiredService<CommandOutbox>();
        using var changes = services.GetRequiredService<ProgressFeed>().Listen(_ => true);
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
        try
        {
            while (await db.Templates.AsNoTracking().AnyAsync(template => template.Status == TemplateStatus.Registering, stopping))
            {
                // A job reports its end after it has written its template's status.
                await changes.NextAsync(stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host stops; the jobs go on at its next start.
        }
    }

    public ValueTask DisposeAsync() => simulator.DisposeAsync();

    private async Task<Job> RegisterAsync(PanelDb db, Cluster cluster, SimulatedVm vm)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var template = new Template
        {
            ClusterId = cluster.Id,
            Vmid = vm.VmId,
            Name = vm.Name!,
            Status = TemplateStatus.Registering,
            CreatedAt = now,
        };
        db.Templates.Add(template);
        await db.SaveChangesAsync();
        var job = new JobDraft
        {
            Kind = RegisterTemplateWorkflow.Kind,
            RequestedByName = "demo",
            ClusterId = cluster.Id,
            Target = new JobTarget("template", template.Id, template.Name),
        }.Accept(now, id => new RegisterTemplate { JobId = id });
        db.Jobs.Add(job);
        await db.SaveChangesAsync();
        return job;
    }

    private static async Task AddPeopleAsync(PanelDb db, DateTime now)
    {
        if (await db.Users.AnyAsync())
        {
            return;
        }

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
    private static async Task AddClustersAsync(PanelDb db, PveSimulator simulator, SecretBox secrets, DateTime now)
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
                    CreatedAt = now,
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
