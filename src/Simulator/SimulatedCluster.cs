using System.Security.Cryptography;
using MultiPanel.Simulator.Api;
using MultiPanel.Simulator.FaultInjection;
using MultiPanel.Simulator.Http;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.Seeds;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator;

/// <summary>One simulated cluster: where it listens, how to sign in, what goes wrong in it, and what it has come to.</summary>
public sealed class SimulatedCluster : IAsyncDisposable
{
    internal const string TokenName = "multipanel";

    private readonly Cluster _cluster;
    private readonly Dictionary<string, NodeServer> _servers = [];
    private readonly StateWriter? _writer;

    private SimulatedCluster(Cluster cluster, StateFile? file)
    {
        _cluster = cluster;
        _writer = file is null ? null : new StateWriter(cluster, file);
    }

    /// <summary>The cluster's name.</summary>
    public string Name => _cluster.State.Name;

    /// <summary>API address of each node, in order; without the <c>/api2/json</c>.</summary>
    public IReadOnlyList<Uri> Endpoints => [.. _cluster.State.Nodes.Select(node => EndpointOf(node.Name))];

    /// <summary>Names of the nodes, in order.</summary>
    public IReadOnlyList<string> Nodes => [.. _cluster.State.Nodes.Select(node => node.Name)];

    /// <summary>SHA-256 of the certificate, as Proxmox writes it: <c>AA:BB:…</c>.</summary>
    public string Fingerprint => _cluster.Fingerprint;

    /// <summary>Password of root@pam.</summary>
    public string RootPassword => _cluster.State.RootPassword;

    /// <summary>Id of the seeded token: <c>root@pam!multipanel</c>.</summary>
    public string TokenId => $"root@pam!{TokenName}";

    /// <summary>Secret of the seeded token.</summary>
    public string TokenSecret => _cluster.State.Users["root@pam"].Tokens[TokenName].Secret;

    /// <summary>The whole token for <c>Authorization: PVEAPIToken=</c>: <c>root@pam!multipanel=secret</c>.</summary>
    public string ApiToken => $"{TokenId}={TokenSecret}";

    /// <summary>What goes wrong.</summary>
    public Faults Faults => _cluster.Faults;

    /// <summary>All VMs as they are now (not as /cluster/resources shows them).</summary>
    public IReadOnlyList<SimulatedVm> Vms => Look(cluster => cluster.State.Vms.Values.Select(SimulatedVm.Of).ToList());

    /// <summary>All tasks, running and finished, in the order of their start.</summary>
    public IReadOnlyList<SimulatedTask> Tasks => Look(cluster => cluster.Tasks.All.Select(task => SimulatedTask.Of(task, cluster.Now)).ToList());

    /// <summary>Number of calls by method and path template, e.g. <c>GET /nodes/{node}/tasks</c>.</summary>
    public IReadOnlyDictionary<string, int> Calls => _cluster.Calls.Snapshot();

    /// <summary>Number of calls of all kinds.</summary>
    public int TotalCalls => Calls.Values.Sum();

    internal Cluster Inner => _cluster;

    /// <summary>API address of a node.</summary>
    public Uri EndpointOf(string node) => new($"https://127.0.0.1:{_servers[node].Port}");

    /// <summary>VMs whose description or tags hold that text, e.g. a job's id.</summary>
    public IReadOnlyList<SimulatedVm> VmsMarkedBy(string mark) =>
        [.. Vms.Where(vm => vm.Description.Contains(mark, StringComparison.OrdinalIgnoreCase) || vm.Tags.Any(tag => tag.Contains(mark, StringComparison.OrdinalIgnoreCase)))];

    /// <summary>The VM of that id, or null.</summary>
    public SimulatedVm? Vm(int vmId) => Look(cluster => cluster.State.Vms.TryGetValue(vmId, out var vm) ? SimulatedVm.Of(vm) : null);

    /// <summary>The most tasks of a type that a node ever ran at once, those that waited for a lock included.</summary>
    public int MaxConcurrentTasks(string node, string type) => Look(cluster => cluster.Tasks.MostRunning(node, type));

    /// <summary>The most tasks of each group that ran at once, those that waited for a lock included.</summary>
    /// <param name="group">To which group a task counts, such as its type and node; null: to none.</param>
    public IReadOnlyDictionary<string, int> MostAtOnce(Func<SimulatedTask, string?> group)
    {
        var most = new Dictionary<string, int>();
        var running = new Dictionary<string, int>();
        var tasks = Tasks.Select(task => (Task: task, Group: group(task))).Where(task => task.Group is not null).ToList();
        // Who ends and who starts at the same moment were not there together.
        foreach (var (_, change, name) in tasks.Select(task => (At: task.Task.StartedAt, Change: 1, Name: task.Group!))
            .Concat(tasks.Where(task => task.Task.EndedAt is not null).Select(task => (At: task.Task.EndedAt!.Value, Change: -1, Name: task.Group!)))
            .OrderBy(moment => moment.At).ThenBy(moment => moment.Change))
        {
            running[name] = running.GetValueOrDefault(name) + change;
            most[name] = Math.Max(most.GetValueOrDefault(name), running[name]);
        }

        return most;
    }

    /// <summary>Closes the ports and writes the state a last time.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values)
        {
            await server.DisposeAsync();
        }

        if (_writer is not null)
        {
            await _writer.DisposeAsync();
        }
    }

    internal static async Task<SimulatedCluster> StartAsync(ClusterSeed seed, SimulatorOptions options, StateFile? file, CancellationToken cancellationToken)
    {
        var state = (file is null ? null : await file.ReadAsync(cancellationToken)) ?? SeedState.Build(seed, options.Clock.GetUtcNow());
        var cluster = new Cluster(state, options);
        var certificate = ClusterCertificate.Load(state.Certificate);
        cluster.CertificatePem = certificate.ExportCertificatePem();
        cluster.Fingerprint = string.Join(':', Convert.ToHexString(certificate.GetCertHash(HashAlgorithmName.SHA256)).Chunk(2).Select(pair => new string(pair)));
        var simulated = new SimulatedCluster(cluster, file);
        cluster.Faults.NodePort = simulated.SetPortAsync;
        for (var index = 0; index < state.Nodes.Count; index++)
        {
            var node = state.Nodes[index];
            var port = seed.BasePort > 0 ? seed.BasePort + index : node.Port;
            var server = new NodeServer(new ApiPipeline(cluster, node.Name, ApiMethodTable.Router), certificate, port);
            simulated._servers[node.Name] = server;
            await (seed.BasePort > 0 ? server.OpenAsync(cancellationToken) : server.OpenSomewhereAsync(cancellationToken));
            node.Port = server.Port;
        }

        if (simulated._writer is { } writer)
        {
            cluster.Saved = writer.SavedAsync;
            writer.Start();
        }

        return simulated;
    }

    private Task SetPortAsync(string node, bool open) => open ? _servers[node].OpenAsync() : _servers[node].CloseAsync();

    private T Look<T>(Func<Cluster, T> look)
    {
        lock (_cluster.Gate)
        {
            _cluster.Advance();
            return look(_cluster);
        }
    }
}
