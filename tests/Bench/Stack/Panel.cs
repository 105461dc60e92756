using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MultiPanel.Bench.Counters;

namespace MultiPanel.Bench.Stack;

/// <summary>
/// The product as it is installed: an Api and Workers, published, each a process of its own, with a fresh database, virtual
/// host and Redis, and the simulated clusters registered in it by its own API.
/// </summary>
internal sealed class Panel : IAsyncDisposable
{
    private static readonly string[] Classes = ["clone", "power", "delete", "snapshot", "migrate", "other"];
    private readonly List<HostProcess> workers = [];

    private Panel(Surroundings surroundings, string name)
    {
        Surroundings = surroundings;
        Database = new Database(surroundings.MySql, $"bench_{name}");
        Redis = new RedisServer(surroundings.Redis);
        Broker = new Broker(surroundings.RabbitMqApi, $"bench_{name}");
    }

    public Surroundings Surroundings { get; }

    public Database Database { get; }

    public RedisServer Redis { get; }

    public Broker Broker { get; }

    public SimulatorProcess Simulator { get; private set; } = null!;

    public HostProcess Api { get; private set; } = null!;

    public IReadOnlyList<HostProcess> Workers => workers;

    public Uri Address { get; private set; } = null!;

    /// <summary>Signed in as the admin.</summary>
    public PanelClient Client { get; private set; } = null!;

    /// <summary>Ids of the clusters, in the simulator's order.</summary>
    public IReadOnlyList<int> ClusterIds { get; private set; } = [];

    /// <summary>The VMs that commands go to, without the templates.</summary>
    public IReadOnlyList<BenchVm> Vms { get; private set; } = [];

    /// <summary>One a node.</summary>
    public IReadOnlyList<BenchVm> Templates { get; private set; } = [];

    public static async Task<Panel> StartAsync(Surroundings surroundings, string name, PanelOptions options, CancellationToken stopping)
    {
        var panel = new Panel(surroundings, name);
        try
        {
            await panel.OpenAsync(options, stopping);
            return panel;
        }
        catch
        {
            await panel.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends Api and workers; the simulator goes on.</summary>
    public async Task EndHostsAsync()
    {
        foreach (var host in workers.Append(Api).OfType<HostProcess>())
        {
            await host.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        await EndHostsAsync();
        if (Simulator is not null)
        {
            await Simulator.DisposeAsync();
        }

        await Redis.DisposeAsync();
        await Broker.DisposeAsync();
        await Database.DisposeAsync();
    }

    private async Task OpenAsync(PanelOptions options, CancellationToken stopping)
    {
        await Database.CreateAsync();
        await Broker.CreateAsync();
        await Redis.ResetAsync();
        Simulator = await SimulatorProcess.StartAsync(Surroundings, options.Site, stopping);
        var password = RandomNumberGenerator.GetHexString(24);
        var port = FreePort.Next();
        Address = new Uri($"http://127.0.0.1:{port}");
        var settings = new Dictionary<string, string>
        {
            ["DATABASE_URL"] = Database.Url,
            ["REDIS_URL"] = $"redis://{Surroundings.Redis}",
            ["RABBITMQ_URL"] = $"{Surroundings.RabbitMq.ToString().TrimEnd('/')}/{Broker.VirtualHost}",
            ["ENCRYPTION_KEY"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["JWT_ACCESS_SECRET"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(48)),
            ["JWT_REFRESH_SECRET"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(48)),
            ["MULTIPANEL_ADMIN_PASSWORD"] = password,
            ["PORT"] = port.ToString(CultureInfo.InvariantCulture),
            ["BIND"] = "127.0.0.1",
        };
        var api = Path.Combine(Surroundings.Hosts, "api", "MultiPanel.Api.dll");
        await HostProcess.RunAsync(Surroundings, "migrate", ["dotnet", api, "migrate"], settings, stopping);
        Api = HostProcess.Start(Surroundings, "api", ["dotnet", api], settings);
        Client = new PanelClient(Address);
        await Wait.UntilAsync(() => AliveAsync(stopping), "Starting the Api", TimeSpan.FromMinutes(1), stopping);
        await Client.SignInAsync("admin", password, stopping);
        await RegisterAsync(options, stopping);
        // Only now: their first reading of the inventory finds all clusters, the next would be ten seconds later.
        for (var number = 0; number < options.Workers; number++)
        {
            workers.Add(HostProcess.Start(Surroundings, "worker", ["dotnet", Path.Combine(Surroundings.Hosts, "workers", "MultiPanel.Workers.dll")], settings));
        }

        await Wait.UntilAsync(() => HasInventoryAsync(options.Site, stopping), "Reading the inventory", TimeSpan.FromMinutes(3), stopping, everyMs: 500);
    }

    private async Task<bool> AliveAsync(CancellationToken stopping)
    {
        Api.MustRun();
        return await Client.IsReadyAsync(stopping);
    }

    private async Task RegisterAsync(PanelOptions options, CancellationToken stopping)
    {
        var ids = new List<int>();
        foreach (var cluster in Simulator.Clusters)
        {
            var token = cluster["api_token"]!.GetValue<string>().Split('=', 2);
            var added = await Client.SendAsync(
                HttpMethod.Post,
                "/api/clusters",
                new
                {
                    name = cluster["name"]!.GetValue<string>(),
                    endpoints = cluster["endpoints"]!.AsArray().Select(endpoint => endpoint!.GetValue<string>().TrimEnd('/')),
                    auth = "token",
                    identity = token[0],
                    secret = token[1],
                    fingerprint = cluster["fingerprint"]!.GetValue<string>(),
                },
                stopping);
            var id = added["id"]!.GetValue<int>();
            ids.Add(id);
            if (options.AtOnce is { } most)
            {
                var limits = Classes.ToDictionary(name => name, _ => new { per_node = options.PerNode ?? most, per_storage = most, per_cluster = most });
                await Client.SendAsync(HttpMethod.Put, $"/api/clusters/{id}/admission", new { limits }, stopping);
            }
        }

        ClusterIds = ids;
    }

    private async Task<bool> HasInventoryAsync(Site site, CancellationToken stopping)
    {
        workers.ForEach(worker => worker.MustRun());
        // The count costs the hosts nothing; the list is read once.
        if (await Database.NumberAsync("SELECT COUNT(*) FROM vms WHERE vmid IS NOT NULL") < site.Clusters * (site.Vms + site.Nodes))
        {
            return false;
        }

        var all = await Client.ListAsync("/api/vms", stopping);
        Vms = [.. all.Where(vm => !IsTemplate(vm)).Select(BenchVm.Of).OrderBy(vm => vm.Id)];
        Templates = [.. all.Where(IsTemplate).Select(BenchVm.Of).OrderBy(vm => vm.Id)];
        return true;
    }

    private static bool IsTemplate(JsonObject vm) => vm["template"]?.GetValue<bool>() ?? false;
}
