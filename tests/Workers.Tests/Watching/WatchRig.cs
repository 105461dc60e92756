using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Contracts.Clusters;
using MultiPanel.Data;
using MultiPanel.Data.Clusters;
using MultiPanel.Hosting;
using MultiPanel.Progress;
using MultiPanel.Simulator;
using MultiPanel.TestKit;
using MultiPanel.Workers.WatchedTasks;
using MultiPanel.Workers.Watching;

namespace MultiPanel.Workers.Tests.Watching;

/// <summary>A simulated cluster whose tasks never end, and a watch over them that the test ticks.</summary>
public sealed class WatchRig : IAsyncDisposable
{
    private readonly SiteStores stores = SiteStores.Embedded();
    private PveSimulator simulator = null!;
    private ServiceProvider services = null!;

    public ClusterWatch Watch { get; private set; } = null!;

    /// <summary>The worker's services.</summary>
    public IServiceProvider Services => services;

    public SimulatedCluster Proxmox => simulator.Clusters[0];

    /// <param name="templates">The VMIDs to clone; a node each in the demo's first cluster.</param>
    public static async Task<WatchRig> StartAsync(int tasks, params (string Node, int VmId)[] templates)
    {
        var rig = new WatchRig();
        rig.simulator = await PveSimulator.StartAsync(SimulatorOptions.Demo() with { Clock = new StoppedClock(), MaxClonesPerNode = tasks });
        var database = new PanelDatabase(rig.stores.Settings.Database);
        await database.MigrateAsync();
        var cluster = await rig.AddClusterAsync(database);
        rig.services = new ServiceCollection().AddLogging().AddStores(rig.stores.Settings).AddPanelWorkers(new WorkerSettings(), null).BuildServiceProvider();
        rig.Watch = ActivatorUtilities.CreateInstance<ClusterWatch>(rig.services, cluster);
        await rig.RunTasksAsync(cluster, tasks, templates);
        return rig;
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await simulator.DisposeAsync();
        await stores.DisposeAsync();
    }

    private async Task<int> AddClusterAsync(PanelDatabase database)
    {
        var row = new Cluster
        {
            Name = Proxmox.Name,
            Endpoints = [.. Proxmox.Endpoints.Select(endpoint => endpoint.ToString())],
            Auth = ClusterAuth.Token,
            Identity = Proxmox.TokenId,
            SealedSecret = stores.Settings.Secrets.Seal(Proxmox.TokenSecret),
            Fingerprint = Proxmox.Fingerprint,
            CreatedAt = DateTime.UtcNow,
        };
        await using var db = database.OpenAll();
        db.Clusters.Add(row);
        await db.SaveChangesAsync();
        return row.Id;
    }

    private async Task RunTasksAsync(int cluster, int tasks, (string Node, int VmId)[] templates)
    {
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, certificate, _, _) =>
                certificate!.GetCertHashString(HashAlgorithmName.SHA256) == Proxmox.Fingerprint.Replace(":", "", StringComparison.Ordinal),
        };
        using var http = new HttpClient(handler);
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"PVEAPIToken={Proxmox.ApiToken}");
        var watching = services.GetRequiredService<WatchList>();
        await Parallel.ForAsync(0, tasks, async (number, stop) =>
        {
            var (node, template) = templates[number % templates.Length];
            using var form = new FormUrlEncodedContent([new("newid", $"{20_000 + number}")]);
            using var answer = await http.PostAsync(new Uri(Proxmox.EndpointOf(node), $"/api2/json/nodes/{node}/qemu/{template}/clone"), form, stop);
            var body = await answer.Content.ReadAsStringAsync(stop);
            Assert.That(answer.IsSuccessStatusCode, Is.True, body);
            await watching.AddAsync(new WatchedTask
            {
                Upid = System.Text.Json.JsonDocument.Parse(body).RootElement.GetProperty("data").GetString()!,
                ClusterId = cluster,
                Job = new JobRef(Guid.CreateVersion7(), null, 1),
                Step = "clone",
                CommandQueue = "make-clone",
            });
        });
    }
}
