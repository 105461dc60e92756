using System.Globalization;
using MultiPanel.Simulator.Http;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Api;

/// <summary>The cluster: status, tasks, next id, options, HA.</summary>
internal static class ClusterApi
{
    private const int ShownFinished = 25;

    public static IEnumerable<ApiMethod> Methods() =>
    [
        new ApiMethod("GET", "/cluster/status", "", Status).Needs("/", "Sys.Audit"),
        new("GET", "/cluster/tasks", "", Tasks),
        new("GET", "/cluster/nextid", "vmid:vmid", NextId),
        new ApiMethod("GET", "/cluster/ha/resources", "type:ct|vm", HaResources).Needs("/", "Sys.Audit"),
        new ApiMethod("POST", "/cluster/ha/resources", "sid! state:started|stopped|enabled|disabled|ignored type:ct|vm comment group max_relocate:int,min=0 max_restart:int,min=0 failback:bool", AddHa)
            .Protected().Needs("/", "Sys.Console"),
        new ApiMethod("GET", "/cluster/ha/resources/{sid}", "", HaResource).Needs("/", "Sys.Audit"),
        new ApiMethod("DELETE", "/cluster/ha/resources/{sid}", "purge:bool", RemoveHa).Protected().Needs("/", "Sys.Console"),
        new ApiMethod("GET", "/cluster/ha/status/current", "", HaStatus).Needs("/", "Sys.Audit"),
        new ApiMethod("POST", "/cluster/bulk-action/guest/start", "vms:array max-workers:int,min=1,max=64 maxworkers:int,min=1,max=64 timeout:int", BulkStart).Protected(),
    ];

    public static bool SeesOnline(ApiCall call, NodeState node) =>
        call.Cluster.IsOnline(node.Name) && (call.Cluster.Faults.Quorate || node.Name == call.ServedBy);

    private static object Status(ApiCall call)
    {
        var state = call.Cluster.State;
        return new object[]
        {
            new { type = "cluster", id = "cluster", name = state.Name, nodes = state.Nodes.Count, quorate = call.Cluster.Faults.Quorate ? 1 : 0, version = state.Nodes.Count },
        }.Concat(state.Nodes.Select(node => new
        {
            type = "node",
            id = $"node/{node.Name}",
            name = node.Name,
            nodeid = node.Id,
            ip = node.Address,
            level = "",
            local = node.Name == call.ServedBy ? 1 : 0,
            online = SeesOnline(call, node) ? 1 : 0,
        }));
    }

    private static object Tasks(ApiCall call)
    {
        var all = call.Cluster.Permissions.Allows(call.Caller, "/", "Sys.Audit");
        var seen = call.Cluster.Tasks.All.Where(task => all || task.User.Split('!')[0] == call.Caller.User).ToList();
        return seen.Where(task => task.IsRunning).OrderByDescending(task => task.StartedAt)
            .Concat(seen.Where(task => !task.IsRunning).OrderByDescending(task => task.EndedAt).Take(ShownFinished)).Select(Show);
    }

    private static Dictionary<string, object?> Show(TaskState task)
    {
        var shown = new Dictionary<string, object?>
        {
            ["upid"] = task.Upid,
            ["node"] = task.Node,
            ["type"] = task.Type,
            ["id"] = task.Id,
            ["user"] = task.User,
            ["starttime"] = task.StartedAt.ToUnixTimeSeconds(),
            ["saved"] = task.IsRunning ? "0" : "1",
        };
        if (task.EndedAt is { } ended)
        {
            shown["endtime"] = ended.ToUnixTimeSeconds();
            shown["status"] = task.ExitStatus;
        }

        return shown;
    }

    private static string NextId(ApiCall call)
    {
        if (call["vmid"] is { } wanted)
        {
            return call.Cluster.State.Vms.ContainsKey(call.VmId) ? throw PveException.Parameter("vmid", $"VM {wanted} already exists") : wanted;
        }

        var id = 100;
        while (call.Cluster.State.Vms.ContainsKey(id))
        {
            id++;
        }

        return id.ToString(CultureInfo.InvariantCulture);
    }

    private static IEnumerable<object> HaResources(ApiCall call) => call.Cluster.State.HaResources.Select(resource => new
    {
        sid = resource.Key,
        type = "vm",
        state = resource.Value,
        digest = Qemu.VmConfig.Sha1(string.Join(',', call.Cluster.State.HaResources.Keys)),
    });

    private static object HaResource(ApiCall call) => call.Cluster.State.HaResources.TryGetValue(call["sid"]!, out var state)
        ? new { sid = call["sid"], type = "vm", state }
        : throw new PveException($"no such resource '{call["sid"]}'");

    private static object? AddHa(ApiCall call)
    {
        call.Cluster.RequireQuorum();
        var sid = call["sid"]!.Contains(':', StringComparison.Ordinal) ? call["sid"]! : $"vm:{call["sid"]}";
        if (!int.TryParse(sid.Split(':')[1], out var vmId) || !call.Cluster.State.Vms.ContainsKey(vmId))
        {
            throw new PveException($"unable to add resource '{sid}' - no such resource");
        }

        if (!call.Cluster.State.HaResources.TryAdd(sid, call["state"] ?? "started"))
        {
            throw new PveException($"resource ID '{sid}' already defined");
        }

        return null;
    }

    private static object? RemoveHa(ApiCall call)
    {
        call.Cluster.RequireQuorum();
        return call.Cluster.State.HaResources.Remove(call["sid"]!) ? null : throw new PveException($"cannot delete service '{call["sid"]}', not HA managed!");
    }

    private static IEnumerable<object> HaStatus(ApiCall call) =>
    [
        new Dictionary<string, object?>
        {
            ["id"] = "quorum", ["type"] = "quorum", ["node"] = call.ServedBy, ["quorate"] = call.Cluster.Faults.Quorate ? 1 : 0,
            ["status"] = call.Cluster.Faults.Quorate ? "OK" : "No quorum on node 'localhost'!",
        },
        new Dictionary<string, object?>
        {
            ["id"] = "fencing", ["type"] = "fencing", ["node"] = call.ServedBy, ["armed-state"] = "standby", ["status"] = "standby (CRM watchdog standby)",
        },
    ];

    private static string BulkStart(ApiCall call)
    {
        call.Cluster.RequireQuorum();
        return call.Cluster.Tasks.Start(call.ServedBy, "bulk-start", "", call.Caller.Id, new() { ["vms"] = call["vms"] ?? "" }).Upid;
    }
}
