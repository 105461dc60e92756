using System.Text.Json;
using MultiPanel.Simulator;
using MultiPanel.Simulator.Seeds;

namespace MultiPanel.Bench.Stack;

/// <summary>The Proxmox VE to measure at: clusters of a size, filled with stopped VMs.</summary>
internal sealed record Site
{
    public int Clusters { get; init; } = 1;

    /// <summary>A cluster.</summary>
    public int Nodes { get; init; } = 3;

    /// <summary>A cluster; they are stopped, have one disk, and lie on the nodes in turn.</summary>
    public int Vms { get; init; }

    /// <summary>How many times as fast as Proxmox everything goes.</summary>
    public double TimeScale { get; init; } = 1;

    /// <summary>What a start takes, in seconds at <see cref="TimeScale"/> 1; the default is the simulator's.</summary>
    public double StartSeconds { get; init; } = 1;

    /// <summary>What a linked clone takes, in seconds at <see cref="TimeScale"/> 1; the default is the simulator's.</summary>
    public double LinkedCloneSeconds { get; init; } = 2;

    /// <summary>Each node has a template of its own, on shared storage: a clone's task runs where its template is.</summary>
    public const int FirstTemplateVmId = 9000;

    private const long GiB = 1L << 30;

    public SimulatorOptions ToOptions(int controlPort) => new()
    {
        Clusters = [.. Enumerable.Range(1, Clusters).Select(Cluster)],
        Speed = new SimulatorSpeed { Start = TimeSpan.FromSeconds(StartSeconds), LinkedClone = TimeSpan.FromSeconds(LinkedCloneSeconds) },
        TimeScale = TimeScale,
        ControlPort = controlPort,
        // The rival starts up to 100 clones at once on one node; here none is to be refused.
        MaxClonesPerNode = 1_000,
    };

    public string ToJson() => JsonSerializer.Serialize(this);

    private ClusterSeed Cluster(int number) => new($"bench{number}")
    {
        Nodes = [.. Enumerable.Range(1, Nodes).Select(node => new NodeSeed(Node(number, node)))],
        Storages = [new("nfs-shared", "nfs", 100_000 * GiB, Shared: true)],
        Templates =
        [
            .. Enumerable.Range(1, Nodes).Select(node => new TemplateSeed(FirstTemplateVmId + node - 1, $"debian12-{node}", Node(number, node), "l26", [Disk])),
            .. Enumerable.Range(0, Vms).Select(vm => new TemplateSeed(1_000_000 + vm, $"vm{vm}", Node(number, (vm % Nodes) + 1), "l26", [Disk]) { IsTemplate = false }),
        ],
    };

    private static DiskSeed Disk => new("nfs-shared", 32 * GiB, 2 * GiB);

    private static string Node(int cluster, int node) => $"b{cluster}n{node}";
}
