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
    private readonly Surroundings surroundings;
    private readonly List<HostProcess> workers = [];
    private Dictionary<string, string> settings = [];

    private Panel(Surroundings surroundings, string name)
    {
        this.surroundings = surroundings;
        Database = new Database(surroundings.MySql, $"bench_{name}");
        Redis = new RedisServer(surroundings.Redis);
        Broker = new Broker(surroundings.RabbitMqApi, $"bench_{name}");
    }

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

    /// <summary>The panel's id of each cluster's template as a VM.</summary>
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

    public HostProcess StartWorker()
    {
        var worker = HostProcess.Start(surroundings, "worker", ["dotnet", Path.Combine(surroundings.Hosts, "workers", "MultiPanel.Workers.dll")], settings);
        workers.Add(worker);
        return worker;
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        foreach (var host in workers.Append(Api).OfType<HostProcess>())
        {
            await host.DisposeAsync();
        }

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
        await Redis.FlushAsync();
        Simulator = await SimulatorProcess.StartAsync(surroundings, options.Site, stopping);
        var password = RandomNumberGenerator.GetHexString(24);
        var port = FreePort.Next();
        Address = new Uri($"http://127.0.0.1:{port}");
        settings = new Dictionary<string, string>(options.Settings)
        {
            ["DATABASE_URL"] = Database.Url,
            ["REDIS_URL"] = $"redis://{surroundings.Redis}",
            ["RABBITMQ_URL"] = $"{surroundings.RabbitMq.ToString().TrimEnd('/')}/{Broker.VirtualHost}",
            ["ENCRYPTION_KEY"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["JWT_ACCESS_SECRET"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(48)),
            ["JWT_REFRESH_SECRET"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(48)),
            ["MULTIPANEL_ADMIN_PASSWORD"] = password,
            ["PORT"] = port.ToString(CultureInfo.InvariantCulture),
            ["BIND"] = "127.0.0.1",
        };
        var api = Path.Combine(surroundings.Hosts, "api", "MultiPanel.Api.dll");
        await HostProcess.RunAsync(surroundings, "migrate", ["dotnet", api, "migrate"], settings, stopping);
        Api = HostProcess.Start(surroundings, "api", ["dotnet", api], settings);
        for (var number = 0; number < options.Workers; number++)
        {
            StartWorker();
        }

        Client = new PanelClient(Address);
        await Wait.UntilAsync(() => AliveAsync(stopping), "Starting the hosts", TimeSpan.FromMinutes(1), stopping);
        await Client.SignInAsync("admin", password, stopping);
        await RegisterAsync(options, stopping);
        await Wait.UntilAsync(() => HasInventoryAsync(options.Site, stopping), "Reading the inventory", TimeSpan.FromMinutes(3), stopping, everyMs: 500);
    }

    private async Task<bool> AliveAsync(CancellationToken stopping)
    {
        foreach (var host in workers.Append(Api))
        {
            host.MustRun();
        }

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
                var limits = Classes.ToDictionary(name => name, _ => new { per_node = most, per_storage = most, per_cluster = most });
                await Client.SendAsync(HttpMethod.Put, $"/api/clusters/{id}/admission", new { limits }, stopping);
            }
        }

        ClusterIds = ids;
    }

    private async Task<bool> HasInventoryAsync(Site site, CancellationToken stopping)
    {
        var all = await Client.ListAsync("/api/vms", stopping);
        if (all.Count < site.Clusters * (site.Vms + 1))
        {
            return false;
        }

        Vms = [.. all.Where(vm => !IsTemplate(vm)).Select(BenchVm.Of).OrderBy(vm => vm.Id)];
        Templates = [.. all.Where(IsTemplate).Select(BenchVm.Of).OrderBy(vm => vm.Id)];
        return true;
    }

    private static bool IsTemplate(JsonObject vm) => vm["template"]?.GetValue<bool>() ?? false;
}
