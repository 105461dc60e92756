using System.Globalization;
using MultiPanel.Simulator.Http;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Api;

/// <summary>Resource pools.</summary>
internal static class PoolsApi
{
    public static IEnumerable<ApiMethod> Methods() =>
    [
        new("GET", "/pools", "poolid type:qemu|lxc|storage", List),
        new ApiMethod("POST", "/pools", "poolid! comment", Create).Protected().Needs("/pool/{poolid}", "Pool.Allocate"),
        new ApiMethod("PUT", "/pools", "poolid! comment vms:vmid-list storage:storage-list delete:bool allow-move:bool", Update).Protected().Needs("/pool/{poolid}", "Pool.Allocate"),
        new ApiMethod("DELETE", "/pools", "poolid!", Delete).Protected().Needs("/pool/{poolid}", "Pool.Allocate"),

        // The paths before 8.1; still there.
        new("GET", "/pools/{poolid}", "type:qemu|lxc|storage", Read),
        new ApiMethod("PUT", "/pools/{poolid}", "comment vms:vmid-list storage:storage-list delete:bool allow-move:bool", Update).Protected().Needs("/pool/{poolid}", "Pool.Allocate"),
        new ApiMethod("DELETE", "/pools/{poolid}", "", Delete).Protected().Needs("/pool/{poolid}", "Pool.Allocate"),
    ];

    public static void Require(Cluster cluster, string pool)
    {
        if (!cluster.State.Pools.ContainsKey(pool))
        {
            throw new PveException($"pool '{pool}' does not exist");
        }
    }

    private static IEnumerable<object> List(ApiCall call)
    {
        if (call["poolid"] is { } wanted)
        {
            Require(call.Cluster, wanted);
            return [Show(call, wanted, members: true)];
        }

        return call.Cluster.State.Pools.Keys.Where(pool => call.Cluster.Permissions.Allows(call.Caller, $"/pool/{pool}", "Pool.Audit")).Select(pool => Show(call, pool, members: false));
    }

    private static Dictionary<string, object?> Read(ApiCall call)
    {
        Require(call.Cluster, call["poolid"]!);
        var shown = Show(call, call["poolid"]!, members: true);
        shown.Remove("poolid");
        return shown;
    }

    private static Dictionary<string, object?> Show(ApiCall call, string pool, bool members)
    {
        var shown = new Dictionary<string, object?> { ["poolid"] = pool };
        if (call.Cluster.State.Pools[pool] is { Length: > 0 } comment)
        {
            shown["comment"] = comment;
        }

        if (members)
        {
            shown["members"] = Members(call.Cluster, pool).Select(vm => ResourcesApi.ShowSeen(call.Cluster, vm));
        }

        return shown;
    }

    private static IEnumerable<VmState> Members(Cluster cluster, string pool) => cluster.State.Vms.Values.Where(vm => vm.Pool == pool);

    private static object? Create(ApiCall call)
    {
        call.Cluster.RequireQuorum();
        return call.Cluster.State.Pools.TryAdd(call["poolid"]!, call["comment"] ?? "")
            ? null
            : throw new PveException($"create pool failed: pool '{call["poolid"]}' already exists");
    }

    private static object? Update(ApiCall call)
    {
        call.Cluster.RequireQuorum();
        var pool = call["poolid"]!;
        Require(call.Cluster, pool);
        call.Cluster.State.Pools[pool] = call["comment"] ?? call.Cluster.State.Pools[pool];
        foreach (var id in call["vms"]?.Split(',') ?? [])
        {
            if (!call.Cluster.State.Vms.TryGetValue(int.Parse(id, CultureInfo.InvariantCulture), out var vm))
            {
                throw new PveException($"update pools failed: VM {id} does not exist");
            }

            if (!call.Flag("delete") && vm.Pool is not null && !call.Flag("allow-move"))
            {
                throw new PveException($"update pools failed: VM {id} belongs already to pool '{vm.Pool}' and 'allow-move' is not set");
            }

            vm.Pool = call.Flag("delete") ? null : pool;
        }

        return null;
    }

    private static object? Delete(ApiCall call)
    {
        call.Cluster.RequireQuorum();
        var pool = call["poolid"]!;
        Require(call.Cluster, pool);
        if (call.Cluster.State.Pools.Keys.FirstOrDefault(other => other.StartsWith(pool + "/", StringComparison.Ordinal)) is { } inner)
        {
            throw new PveException($"delete pool failed: pool '{pool}' is not empty (contains pool '{inner}')");
        }

        if (Members(call.Cluster, pool).Any())
        {
            throw new PveException($"delete pool failed: pool '{pool}' is not empty");
        }

        call.Cluster.State.Pools.Remove(pool);
        return null;
    }
}
