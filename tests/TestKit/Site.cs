using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MultiPanel.Contracts.Clusters;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting;
using MultiPanel.Hosting.Bus;
using MultiPanel.Progress;
using MultiPanel.Simulator;
using MultiPanel.Workers;
using MultiPanel.Workers.Liveness;
using StackExchange.Redis;

namespace MultiPanel.TestKit;

/// <summary>
/// A whole site in this process: a simulated Proxmox VE, the stores, worker hosts, and a door to hand in commands and
/// follow jobs, as the API has it. Tests say what they do in the words of its extension methods.
/// </summary>
public sealed class Site : IAsyncDisposable
{
    private readonly SiteOptions options;
    private readonly List<IHost> workers = [];

    private Site(SiteOptions options, SiteStores stores, PveSimulator simulator)
    {
        (this.options, Stores, Simulator) = (options, stores, simulator);
        Database = new PanelDatabase(stores.Settings.Database);
    }

    public SiteStores Stores { get; }

    public PveSimulator Simulator { get; }

    public PanelDatabase Database { get; }

    /// <summary>The first cluster, where most tests play.</summary>
    public SimulatedCluster Proxmox => Simulator.Clusters[0];

    public Cluster Cluster { get; private set; } = null!;

    /// <summary>The services of a host without workers.</summary>
    public IServiceProvider Services { get; private set; } = null!;

    public IReadOnlyList<IHost> Workers => workers;

    /// <summary>The workers' clock.</summary>
    public ShiftedClock Clock => options.Clock;

    /// <summary>Proxmox's clock: stopped, its tasks run until it goes on.</summary>
    public HeldClock ProxmoxClock => options.ProxmoxClock;

    public static async Task<Site> StartAsync(SiteOptions? options = null)
    {
        options ??= new SiteOptions();
        var site = new Site(options, options.Stores ?? SiteStores.Embedded(), await PveSimulator.StartAsync(options.Simulator with { Clock = options.ProxmoxClock }));
        await site.Database.MigrateAsync();
        await site.AddClustersAsync();
        await site.RestAsync(options.Inventory ? options.Resting : options.Resting.Append("inventory"));

        if (site.Stores.Settings.RabbitMq is null)
        {
            site.Services = (await site.StartWorkerAsync()).Services;
            return site;
        }

        var door = Host.CreateEmptyApplicationBuilder(null);
        door.Services.AddStores(site.Stores.Settings);
        door.Services.AddHostedService<ProgressFeed>(provider => provider.GetRequiredService<ProgressFeed>());
        door.Services.AddSingleton<ProgressFeed>();
        door.Services.AddPanelBus(site.Stores.Settings.RabbitMq);
        var host = door.Build();
        await host.StartAsync();
        site.workers.Add(host);
        site.Services = host.Services;
        for (var i = 0; i < options.Workers; i++)
        {
            await site.StartWorkerAsync();
        }

        return site;
    }

    public async Task<IHost> StartWorkerAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(new TestLog()).SetMinimumLevel(LogLevel.Information).AddFilter("MassTransit", LogLevel.Warning);
        builder.Services.AddStores(Stores.Settings);
        builder.Services.AddSingleton<TimeProvider>(options.Clock);
        builder.Services.AddSingleton<ProgressFeed>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<ProgressFeed>());
        builder.Services.AddPanelWorkers(
            new WorkerSettings { WatchTick = options.WatchTick, InventoryCycle = TimeSpan.FromSeconds(1) }, Stores.Settings.RabbitMq);
        var host = builder.Build();
        await host.StartAsync();
        workers.Add(host);
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in workers)
        {
            await host.StopAsync();
            host.Dispose();
        }

        await Simulator.DisposeAsync();
        await Stores.DisposeAsync();
    }

    /// <summary>The holder of a service's lease does its rounds: here the test holds it, and none are done.</summary>
    private async Task RestAsync(IEnumerable<string> services)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(Stores.Settings.Redis);
        foreach (var service in services)
        {
            await new RedisLease(redis, $"mp:{service}:lease", "the test", TimeSpan.FromHours(1)).HoldAsync();
        }
    }

    private async Task AddClustersAsync()
    {
        await using var db = Database.OpenAll();
        foreach (var simulated in Simulator.Clusters)
        {
            var cluster = new Cluster
            {
                Name = simulated.Name,
                Endpoints = [.. simulated.Endpoints.Select(endpoint => endpoint.ToString().TrimEnd('/'))],
                Auth = ClusterAuth.Token,
                Identity = simulated.TokenId,
                SealedSecret = Stores.Settings.Secrets.Seal(simulated.TokenSecret),
                Fingerprint = simulated.Fingerprint,
                VmidFrom = 1000,
                VmidTo = 99_999,
                CreatedAt = DateTime.UtcNow,
            };
            db.Clusters.Add(cluster);
            await db.SaveChangesAsync();
            Cluster ??= cluster;
            db.Vms.AddRange(simulated.Vms.Select(vm => new Vm
            {
                ClusterId = cluster.Id,
                Vmid = vm.VmId,
                Name = vm.Name,
                Node = vm.Node,
                Template = vm.IsTemplate,
                Status = VmStatus.Stopped,
                CreatedAt = DateTime.UtcNow,
            }));
            await db.SaveChangesAsync();
        }
    }
}
