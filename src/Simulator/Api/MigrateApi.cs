using MultiPanel.Simulator.Http;
using MultiPanel.Simulator.Qemu;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.Tasks.Kinds;

namespace MultiPanel.Simulator.Api;

/// <summary>Moving a VM to another node.</summary>
internal static class MigrateApi
{
    public static IEnumerable<ApiMethod> Methods() =>
    [
        new ApiMethod("GET", "/nodes/{node}/qemu/{vmid}/migrate", "target:node", Preconditions).Protected().Needs("/vms/{vmid}", "VM.Migrate"),
        new ApiMethod(
            "POST", "/nodes/{node}/qemu/{vmid}/migrate",
            "target:node! online:bool force:bool migration_type:secure|insecure migration_network with-local-disks:bool with-conntrack-state:bool targetstorage bwlimit:int,min=0",
            Migrate).Protected().Needs("/vms/{vmid}", "VM.Migrate"),
    ];

    private static Dictionary<string, object?> Preconditions(ApiCall call)
    {
        var vm = call.Vm;
        var local = MigrateTask.LocalDrives(call.Cluster, vm).ToList();
        var others = call.Cluster.State.Nodes.Where(node => node.Name != vm.Node).Select(node => node.Name).ToList();
        var storages = Drive.Of(vm.Config).Where(drive => drive.HasVolume).Select(drive => call.Cluster.Storage(drive.Storage)).ToList();
        var preconditions = new Dictionary<string, object?>
        {
            ["running"] = vm.IsRunning ? 1 : 0,
            ["local_disks"] = local.Select(ShowDisk),
            ["local_resources"] = Array.Empty<string>(),
            ["mapped-resources"] = Array.Empty<string>(),
            ["mapped-resource-info"] = new Dictionary<string, object>(),
            ["has-dbus-vmstate"] = 1,
            ["not_allowed_nodes"] = others.ToDictionary(node => node, node => Missing(storages.Where(storage => !storage.IsOn(node)).Select(storage => storage.Name))),
            ["allowed_nodes"] = others.Where(node => storages.TrueForAll(storage => storage.IsOn(node))),
        };
        return preconditions;
    }

    private static Dictionary<string, object?> ShowDisk(Drive drive) => new()
    {
        ["volid"] = drive.Volume,
        ["drivename"] = drive.Key,
        ["size"] = drive.Size,
        ["cdrom"] = drive.IsCdrom ? 1 : 0,
        ["replicate"] = drive.Options.GetValueOrDefault("replicate") == "0" ? 0 : 1,
        ["is_attached"] = 1,
        ["is_unused"] = 0,
        ["is_cloudinit"] = drive.IsCloudInit ? 1 : 0,
        ["is_tpmstate"] = drive.Key == "tpmstate0" ? 1 : 0,
        ["is_vmstate"] = 0,
        ["shared"] = 0,
    };

    private static Dictionary<string, object> Missing(IEnumerable<string> storages) =>
        storages.Distinct().ToArray() is { Length: > 0 } missing ? new() { ["unavailable_storages"] = missing } : [];

    private static string Migrate(ApiCall call)
    {
        var cluster = call.Cluster;
        cluster.RequireQuorum();
        var target = call["target"]!;
        if (target == call.Node)
        {
            throw PveException.Parameter("target", "target is local node.");
        }

        if (cluster.Node(target) is null)
        {
            throw new PveException($"no such cluster node '{target}'");
        }

        var vm = call.Vm;
        QemuApi.CheckConfigLock(call, vm);
        if (vm.IsRunning && !call.Flag("online"))
        {
            throw new PveException("can't migrate running VM without --online");
        }

        if (call["targetstorage"] is { } name && !cluster.Storage(name).IsOn(target))
        {
            throw new PveException($"storage '{name}' is not available on node '{target}'");
        }

        var args = QemuApi.TaskArgs(call, "target", "online", "with-local-disks", "targetstorage");
        return cluster.State.HaResources.ContainsKey($"vm:{vm.VmId}")
            ? cluster.Tasks.Start(call.Node, "hamigrate", call["vmid"]!, call.Caller.Id, new Dictionary<string, string>(args) { ["work"] = "qmigrate" }).Upid
            : cluster.Tasks.Start(call.Node, "qmigrate", call["vmid"]!, call.Caller.Id, args, QemuApi.LockOf(vm.VmId)).Upid;
    }
}
