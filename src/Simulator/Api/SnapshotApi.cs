using MultiPanel.Simulator.Http;
using MultiPanel.Simulator.Qemu;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;
using MultiPanel.Simulator.Tasks.Kinds;

namespace MultiPanel.Simulator.Api;

/// <summary>A VM's snapshots.</summary>
internal static class SnapshotApi
{
    private const string Base = "/nodes/{node}/qemu/{vmid}/snapshot";

    public static IEnumerable<ApiMethod> Methods() =>
    [
        new ApiMethod("GET", Base, "", List).Protected().Needs("/vms/{vmid}", "VM.Audit"),
        new ApiMethod("POST", Base, "snapname:configid,len=40! description vmstate:bool", Take).Protected().Needs("/vms/{vmid}", "VM.Snapshot"),
        new ApiMethod("GET", Base + "/{snapname}/config", "", call => VmConfig.ShowSnapshot(RollbackTask.Find(call.Vm, call["snapname"]!)))
            .Needs("/vms/{vmid}", "VM.Snapshot", "VM.Snapshot.Rollback", "VM.Audit"),
        new ApiMethod("PUT", Base + "/{snapname}/config", "description", Describe).Protected().Needs("/vms/{vmid}", "VM.Snapshot"),
        new ApiMethod("POST", Base + "/{snapname}/rollback", "start:bool", call => Run(call, "qmrollback", "start")).Protected().Needs("/vms/{vmid}", "VM.Snapshot", "VM.Snapshot.Rollback"),
        new ApiMethod("DELETE", Base + "/{snapname}", "force:bool", call => Run(call, "qmdelsnapshot", "force")).Protected().Needs("/vms/{vmid}", "VM.Snapshot"),
    ];

    private static List<Dictionary<string, object?>> List(ApiCall call)
    {
        var vm = call.Vm;
        var list = vm.Snapshots.ConvertAll(snapshot => Chained(
            new() { ["name"] = snapshot.Name, ["description"] = snapshot.Description, ["snaptime"] = snapshot.Time, ["vmstate"] = snapshot.VmState is null ? 0 : 1 },
            snapshot.Parent));
        list.Add(Chained(
            new() { ["name"] = "current", ["description"] = "You are here!", ["running"] = vm.IsRunning ? 1 : 0, ["digest"] = VmConfig.Digest(vm) },
            vm.Config.GetValueOrDefault("parent")));
        return list;
    }

    private static Dictionary<string, object?> Chained(Dictionary<string, object?> row, string? parent)
    {
        if (parent is not null)
        {
            row["parent"] = parent;
        }

        return row;
    }

    private static string Take(ApiCall call)
    {
        if (call["snapname"] is "current" or "pending")
        {
            throw new PveException($"unable to use snapshot name '{call["snapname"]}' (reserved name)");
        }

        return Run(call, "qmsnapshot", "description", "vmstate");
    }

    private static string Run(ApiCall call, string taskType, params string[] args)
    {
        call.Cluster.RequireQuorum();
        var vm = call.Vm;
        return call.Cluster.Tasks.Start(
            call.Node, taskType, call["vmid"]!, call.Caller.Id, QemuApi.TaskArgs(call, ["snapname", .. args]), QemuApi.LockOf(vm.VmId)).Upid;
    }

    private static object? Describe(ApiCall call)
    {
        SnapshotState snapshot = RollbackTask.Find(call.Vm, call["snapname"]!);
        snapshot.Description = call["description"] ?? "";
        return null;
    }
}
