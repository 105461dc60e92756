using MultiPanel.Simulator.Http;
using MultiPanel.Simulator.Qemu;
using MultiPanel.Simulator.Running;

namespace MultiPanel.Simulator.Api;

/// <summary>A VM's disks: larger, elsewhere; and what its storage can do.</summary>
internal static class QemuDiskApi
{
    public static IEnumerable<ApiMethod> Methods() =>
    [
        new ApiMethod("PUT", "/nodes/{node}/qemu/{vmid}/resize", "disk:drive! size:size! digest:str,len=40 skiplock:bool", Resize).Protected().Needs("/vms/{vmid}", "VM.Config.Disk"),
        new ApiMethod(
            "POST", "/nodes/{node}/qemu/{vmid}/move_disk",
            "disk:drive! storage:storage format:raw|qcow2|vmdk delete:bool digest:str,len=40 bwlimit:int,min=0 target-vmid:vmid target-disk target-digest",
            Move).Protected().Needs("/vms/{vmid}", "VM.Config.Disk"),
        new ApiMethod("GET", "/nodes/{node}/qemu/{vmid}/feature", "feature:snapshot|clone|copy! snapname:configid,len=40", Feature).Protected().Needs("/vms/{vmid}", "VM.Audit"),
    ];

    private static void CheckDigest(ApiCall call)
    {
        if (call["digest"] is { } digest && digest != VmConfig.Digest(call.Vm))
        {
            throw new PveException("checksum mismatch (file change by other user?)");
        }
    }

    private static Drive Find(ApiCall call)
    {
        var vm = call.Vm;
        CheckDigest(call);
        return vm.Config.TryGetValue(call["disk"]!, out var value)
            ? Drive.Parse(call["disk"]!, value)
            : throw new PveException($"disk '{call["disk"]}' does not exist");
    }

    private static string Resize(ApiCall call)
    {
        call.RequireRootFor("skiplock");
        CheckDigest(call);
        return call.Cluster.Tasks.Start(
            call.Node, "resize", call["vmid"]!, call.Caller.Id, QemuApi.TaskArgs(call, "disk", "size", "skiplock"), QemuApi.LockOf(call.VmId)).Upid;
    }

    private static string Move(ApiCall call)
    {
        var vm = call.Vm;
        QemuApi.CheckConfigLock(call, vm);
        var drive = Find(call);
        var target = call.Cluster.Storage(call["storage"] ?? throw PveException.Parameter("storage", "storage or target-vmid is required"));
        call.Cluster.Permissions.Check(call.Caller, $"/storage/{target.Name}", "Datastore.AllocateSpace");
        QemuApi.RequireImages(target);
        var volume = Volumes.Find(call.Cluster, vm.Node, drive.Volume);
        if (target.Name == drive.Storage && Volumes.FormatOn(target, call["format"], volume) == (volume?.Format ?? "raw"))
        {
            throw new PveException("you can't move to the same storage with same format");
        }

        if (call.Flag("delete") && vm.Snapshots.Exists(snapshot => Drive.Of(snapshot.Config).Exists(other => other.Volume == drive.Volume)))
        {
            throw new PveException("you can't move a disk with snapshots and delete the source");
        }

        return call.Cluster.Tasks.Start(
            call.Node, "qmmove", call["vmid"]!, call.Caller.Id, QemuApi.TaskArgs(call, "disk", "storage", "format", "delete", "bwlimit"), QemuApi.LockOf(call.VmId)).Upid;
    }

    private static object Feature(ApiCall call)
    {
        var vm = call.Vm;
        var drives = Drive.Of(vm.Config).Where(drive => drive.HasVolume && !drive.IsCdrom).ToList();
        var has = call["feature"] switch
        {
            "clone" => drives.TrueForAll(drive => drive.IsBase),
            "snapshot" => drives.TrueForAll(drive => !drive.VolumeName.EndsWith(".raw", StringComparison.Ordinal)),
            _ => true,
        };
        return new { hasFeature = has ? 1 : 0, nodes = call.Cluster.State.Nodes.Select(node => node.Name) };
    }
}
