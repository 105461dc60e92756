using System.Text.Json;
using MultiPanel.Proxmox.Http;

namespace MultiPanel.Proxmox.Cluster;

/// <summary>
/// A row of <c>/cluster/resources</c>: VMs (also those of nodes that are off), containers, nodes, storages, pools. Which VMs
/// there are is current; their values follow a cycle of 10 s, and a new one has status <c>unknown</c> and no name at first.
/// </summary>
public sealed record ClusterResource
{
    /// <summary>As in <c>qemu/100</c>, <c>node/pve1</c>, <c>storage/pve1/local</c>.</summary>
    public required string Id { get; init; }

    /// <summary><c>qemu</c>, <c>lxc</c>, <c>node</c>, <c>storage</c>, <c>pool</c>, <c>sdn</c>, …</summary>
    public required string Type { get; init; }

    public string? Node { get; init; }

    public int? VmId { get; init; }

    public string? Name { get; init; }

    public string? Status { get; init; }

    public bool Template { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public string? Pool { get; init; }

    public string? Lock { get; init; }

    public string? HaState { get; init; }

    public string? Storage { get; init; }

    public bool Shared { get; init; }

    /// <summary>Of a storage: <c>images</c>, <c>iso</c>, …</summary>
    public required IReadOnlyList<string> Content { get; init; }

    /// <summary>Of a storage: <c>dir</c>, <c>rbd</c>, …</summary>
    public string? PluginType { get; init; }

    /// <summary>Share of <see cref="MaxCpu"/>, 0 to 1.</summary>
    public double? Cpu { get; init; }

    public double? MaxCpu { get; init; }

    /// <summary>Bytes, as the three below.</summary>
    public long? Mem { get; init; }

    public long? MaxMem { get; init; }

    public long? Disk { get; init; }

    public long? MaxDisk { get; init; }

    public TimeSpan? Uptime { get; init; }

    internal static ClusterResource From(JsonElement row) => new()
    {
        Id = row.Text("id") ?? "",
        Type = row.Text("type") ?? "",
        Node = row.Text("node"),
        VmId = row.Int("vmid"),
        Name = row.Text("name"),
        Status = row.Text("status"),
        Template = row.Flag("template"),
        Tags = row.List("tags"),
        Pool = row.Text("pool"),
        Lock = row.Text("lock"),
        HaState = row.Text("hastate"),
        Storage = row.Text("storage"),
        Shared = row.Flag("shared"),
        Content = row.List("content"),
        PluginType = row.Text("plugintype"),
        Cpu = row.Double("cpu"),
        MaxCpu = row.Double("maxcpu"),
        Mem = row.Long("mem"),
        MaxMem = row.Long("maxmem"),
        Disk = row.Long("disk"),
        MaxDisk = row.Long("maxdisk"),
        Uptime = row.Seconds("uptime"),
    };
}
