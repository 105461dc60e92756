using MultiPanel.Simulator.Http;
using MultiPanel.Simulator.Qemu;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;
using MultiPanel.Simulator.Tasks.Kinds;

namespace MultiPanel.Simulator.Api;

/// <summary>Clones and templates.</summary>
internal static class QemuCloneApi
{
    private static readonly string[] OfFullClones = ["storage", "format"];

    public static IEnumerable<ApiMethod> Methods() =>
    [
        new ApiMethod(
            "POST", "/nodes/{node}/qemu/{vmid}/clone",
            "newid:vmid! name:dns description pool:poolid snapname:configid,len=40 storage:storage format:raw|qcow2|vmdk full:bool target:node bwlimit:int,min=0",
            Clone).Protected().Needs(MayClone),
        new ApiMethod("POST", "/nodes/{node}/qemu/{vmid}/template", "disk:drive", Template).Protected().Needs("/vms/{vmid}", "VM.Allocate"),
    ];

    private static void MayClone(ApiCall call)
    {
        var permissions = call.Cluster.Permissions;
        permissions.Check(call.Caller, call.Expand("/vms/{vmid}"), "VM.Clone");
        var pool = call.Expand("{pool}");
        if (!permissions.Allows(call.Caller, call.Expand("/vms/{newid}"), "VM.Allocate")
            && (pool.Length == 0 || !permissions.Allows(call.Caller, $"/pool/{pool}", "VM.Allocate")))
        {
            throw new PveException("Permission check failed", 403); // two ways to have it: Proxmox names neither
        }
    }

    private static string Clone(ApiCall call)
    {
        var cluster = call.Cluster;
        cluster.RequireQuorum();
        var newId = int.Parse(call["newid"]!, System.Globalization.CultureInfo.InvariantCulture);
        CheckTarget(call);
        var source = call.Vm;
        QemuApi.CheckConfigLock(call, source);
        var full = call.Flag("full", otherwise: !source.IsTemplate);
        CheckDrives(call, source, full);
        if (cluster.State.Vms.ContainsKey(newId))
        {
            throw new PveException($"unable to create VM {newId}: config file already exists");
        }

        var args = QemuApi.TaskArgs(call, "newid", "name", "description", "pool", "snapname", "storage", "format", "target", "bwlimit");
        args["full"] = full ? "1" : "0";
        var task = cluster.Tasks.Start(call.Node, "qmclone", call["vmid"]!, call.Caller.Id, args, CloneTask.Locks(source, newId));
        cluster.State.Vms[newId] = new VmState
        {
            VmId = newId,
            Node = call.Node,
            Config = { ["lock"] = "clone", ["description"] = " qmclone temporary file" },
        };
        return task.Upid;
    }

    private static void CheckTarget(ApiCall call)
    {
        if (call["target"] is { } target && call.Cluster.Node(target) is null)
        {
            throw new PveException($"no such cluster node '{target}'");
        }

        if (call["pool"] is { } pool)
        {
            PoolsApi.Require(call.Cluster, pool);
        }

        if (call["storage"] is { } name)
        {
            var storage = call.Cluster.Storage(name);
            call.Cluster.Permissions.Check(call.Caller, $"/storage/{name}", "Datastore.AllocateSpace");
            QemuApi.RequireImages(storage);
            if (!storage.IsOn(call["target"] ?? call.Node))
            {
                throw new PveException($"storage '{name}' is not available on node '{call["target"] ?? call.Node}'");
            }

            VolumeCheck.RequireImages(storage);
            if (call["target"] is { } other && other != call.Node && !storage.Shared)
            {
                throw new PveException($"can't clone to non-shared storage '{name}'");
            }
        }
    }

    private static void CheckDrives(ApiCall call, VmState source, bool full)
    {
        var config = source.Config;
        if (call["snapname"] is { } snapshot)
        {
            config = RollbackTask.Find(source, snapshot).Config;
        }

        if (!full)
        {
            foreach (var parameter in OfFullClones.Where(parameter => call[parameter] is not null))
            {
                throw new PveException($"parameter '{parameter}' not allowed for linked clones");
            }
        }

        foreach (var drive in Drive.Of(config).Where(drive => drive.HasVolume && !drive.IsCdrom))
        {
            if (!full && !drive.IsBase)
            {
                throw new PveException($"Linked clone feature is not supported for '{drive.Volume}' ({drive.Key})");
            }

            var storage = call.Cluster.Storage(call["storage"] ?? drive.Storage);
            if (call["target"] is { } target && target != call.Node && !(storage.Shared && call.Cluster.Storage(drive.Storage).Shared))
            {
                throw new PveException($"can't clone VM to node '{target}' (VM uses local storage)");
            }
        }
    }

    private static string Template(ApiCall call)
    {
        call.Cluster.RequireQuorum();
        var vm = call.Vm;
        QemuApi.CheckConfigLock(call, vm);
        if (vm.Snapshots.Count > 0)
        {
            throw new PveException("unable to create template, because VM contains snapshots");
        }

        if (vm.IsTemplate && call["disk"] is null)
        {
            throw new PveException("you can't convert a template to a template");
        }

        if (vm.IsRunning)
        {
            throw new PveException("you can't convert a VM to template if VM is running");
        }

        return call.Cluster.Tasks.Start(call.Node, "qmtemplate", call["vmid"]!, call.Caller.Id, QemuApi.TaskArgs(call), QemuApi.LockOf(vm.VmId)).Upid;
    }
}
