using MultiPanel.Simulator.Http;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Api;

/// <summary>/cluster/resources: what pvestatd said last, up to one cycle ago.</summary>
internal static class ResourcesApi
{
    // pmxcfs keeps what a silent node said for five minutes.
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);

    public static IEnumerable<ApiMethod> Methods() => [new("GET", "/cluster/resources", "type:vm|storage|node|sdn", List)];

    public static Dictionary<string, object?> ShowVm(Cluster cluster, VmState vm)
    {
        var row = ShowSeen(cluster, vm);
        foreach (var (key, value) in new[]
        {
            ("pool", vm.Pool), ("lock", vm.Lock), ("tags", vm.Config.GetValueOrDefault("tags")),
            ("hastate", cluster.State.HaResources.GetValueOrDefault($"vm:{vm.VmId}")),
        })
        {
            if (value is not null)
            {
                row[key] = value;
            }
        }

        return row;
    }

    /// <summary>What pvestatd alone knows; a pool's members are shown so.</summary>
    public static Dictionary<string, object?> ShowSeen(Cluster cluster, VmState vm)
    {
        var row = new Dictionary<string, object?>
        {
            ["id"] = $"qemu/{vm.VmId}",
            ["type"] = "qemu",
            ["vmid"] = vm.VmId,
            ["node"] = vm.Node,
            ["status"] = "unknown",
        };
        if (vm.Seen is { } seen && seen.Node == vm.Node && cluster.Now - seen.At < cluster.Scaled(Remembered))
        {
            AddSeen(row, vm, seen);
        }

        return row;
    }

    private static void AddSeen(Dictionary<string, object?> row, VmState vm, SeenVm seen)
    {
        var uptime = seen.Running ? (long)(seen.At - seen.StartedAt).TotalSeconds : 0;
        row["status"] = seen.Status;
        row["name"] = seen.Name;
        row["template"] = seen.Template ? 1 : 0;
        row["maxcpu"] = seen.Cpus;
        row["cpu"] = seen.Running ? 0.01 + (vm.VmId % 7 * 0.01) : 0;
        row["maxmem"] = seen.Memory;
        row["mem"] = seen.Running ? seen.Memory / 3 : 0;
        row["memhost"] = seen.Running ? seen.Memory / 2 : 0;
        row["maxdisk"] = seen.Disk;
        row["disk"] = 0;
        row["uptime"] = uptime;
        row["netin"] = uptime * 42;
        row["netout"] = uptime * 21;
        row["diskread"] = uptime * 1024;
        row["diskwrite"] = uptime * 512;
    }

    private static List<Dictionary<string, object?>> List(ApiCall call)
    {
        var wanted = call["type"];
        var rows = new List<Dictionary<string, object?>>();
        if (wanted is null)
        {
            rows.AddRange(call.Cluster.State.Pools.Keys.Where(pool => call.Cluster.Permissions.Allows(call.Caller, $"/pool/{pool}", "Pool.Audit")).Select(pool => ShowPool(call, pool)));
        }

        if (wanted is null or "vm")
        {
            rows.AddRange(call.Cluster.State.Vms.Values.Where(vm => call.Cluster.Permissions.Allows(call.Caller, $"/vms/{vm.VmId}", "VM.Audit")).Select(vm => ShowVm(call.Cluster, vm)));
        }

        if (wanted is null or "node")
        {
            rows.AddRange(call.Cluster.State.Nodes.Select(node => ShowNode(call, node)));
        }

        if (wanted is null or "storage")
        {
            rows.AddRange(call.Cluster.State.Nodes.SelectMany(node => call.Cluster.State.Storages
                .Where(storage => storage.IsOn(node.Name) && call.Cluster.Permissions.Allows(call.Caller, $"/storage/{storage.Name}", "Datastore.Audit", "Datastore.AllocateSpace"))
                .Select(storage => ShowStorage(storage, node))));
        }

        // Zones are of type "network" since 9.1: asked for "sdn" alone, 9.2 answers none of them.
        if (wanted is null && call.Cluster.Permissions.Allows(call.Caller, "/sdn/zones/localnetwork", "SDN.Audit", "SDN.Use", "SDN.Allocate"))
        {
            rows.AddRange(call.Cluster.State.Nodes.Select(node => new Dictionary<string, object?>
            {
                ["id"] = $"network/{node.Name}/zone/localnetwork",
                ["type"] = "network",
                ["network-type"] = "zone",
                ["network"] = "localnetwork",
                ["node"] = node.Name,
                ["status"] = "ok",
            }));
        }

        return rows;
    }

    private static Dictionary<string, object?> ShowPool(ApiCall call, string pool)
    {
        var members = call.Cluster.State.Vms.Values.Where(vm => vm.Pool == pool && vm.Seen is not null).Select(vm => vm.Seen!).ToList();
        return new()
        {
            ["id"] = $"/pool/{pool}",
            ["type"] = "pool",
            ["pool"] = pool,
            ["cpu"] = 0.01,
            ["maxcpu"] = members.Sum(vm => vm.Cpus),
            ["mem"] = 0,
            ["maxmem"] = members.Sum(vm => vm.Memory),
            ["uptime"] = members.Count == 0 ? 0 : members.Max(vm => vm.Running ? (long)(vm.At - vm.StartedAt).TotalSeconds : 0),
        };
    }

    private static Dictionary<string, object?> ShowNode(ApiCall call, NodeState node)
    {
        if (!call.Cluster.Permissions.Allows(call.Caller, $"/nodes/{node.Name}", "Sys.Audit"))
        {
            return new() { ["id"] = $"node/{node.Name}", ["type"] = "node", ["node"] = node.Name, ["level"] = "", ["cgroup-mode"] = 1, ["status"] = NodesApi.StatusWord(call, node) };
        }

        var row = NodesApi.Row(call, node);
        row.Remove("ssl_fingerprint");
        row["cgroup-mode"] = 1;
        return row;
    }

    private static Dictionary<string, object?> ShowStorage(StorageState storage, NodeState node) => new()
    {
        ["id"] = $"storage/{node.Name}/{storage.Name}",
        ["type"] = "storage",
        ["storage"] = storage.Name,
        ["node"] = node.Name,
        ["status"] = "available",
        ["shared"] = storage.Shared ? 1 : 0,
        ["plugintype"] = storage.Type,
        ["content"] = storage.Content,
        ["disk"] = storage.UsedOn(node.Name),
        ["maxdisk"] = storage.Capacity,
    };
}
