using MultiPanel.Simulator.Http;
using MultiPanel.Simulator.Qemu;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;
using MultiPanel.Simulator.Tasks;
using MultiPanel.Simulator.Tasks.Kinds;

namespace MultiPanel.Simulator.Api;

/// <summary>A VM's configuration: read, change at once or by a task, what waits for the next start, cloud-init.</summary>
internal static class QemuConfigApi
{
    private static readonly string[] ConfigPrivileges =
    [
        "VM.Config.Disk", "VM.Config.CDROM", "VM.Config.CPU", "VM.Config.Memory", "VM.Config.Network", "VM.Config.HWType", "VM.Config.Options",
        "VM.Config.Cloudinit",
    ];

    private static readonly HashSet<string> NoOptions =
        ["node", "vmid", "delete", "digest", "revert", "skiplock", "force", "background_delay", "import-working-storage"];

    public static IEnumerable<ApiMethod> Methods() =>
    [
        new ApiMethod("GET", "/nodes/{node}/qemu/{vmid}/config", "current:bool snapshot:configid,len=40", Read).Needs("/vms/{vmid}", "VM.Audit"),
        new ApiMethod("PUT", "/nodes/{node}/qemu/{vmid}/config", QemuOptions.UpdateSync, UpdateSync).Protected().Needs("/vms/{vmid}", ConfigPrivileges),
        new ApiMethod("POST", "/nodes/{node}/qemu/{vmid}/config", QemuOptions.UpdateAsync, UpdateAsync).Protected().Needs("/vms/{vmid}", ConfigPrivileges),
        new ApiMethod("GET", "/nodes/{node}/qemu/{vmid}/pending", "", call => VmConfig.Pending(call.Vm)).Needs("/vms/{vmid}", "VM.Audit"),
        new ApiMethod("GET", "/nodes/{node}/qemu/{vmid}/cloudinit", "", CloudInitPending).Needs("/vms/{vmid}", "VM.Audit"),
        new ApiMethod("PUT", "/nodes/{node}/qemu/{vmid}/cloudinit", "", Regenerate).Protected().Needs("/vms/{vmid}", "VM.Config.Cloudinit"),
        new ApiMethod("GET", "/nodes/{node}/qemu/{vmid}/cloudinit/dump", "type:user|network|meta!", Dump).Needs("/vms/{vmid}", "VM.Audit"),
    ];

    private static Dictionary<string, object?> Read(ApiCall call) => call["snapshot"] is { } snapshot
        ? VmConfig.ShowSnapshot(call.Vm, RollbackTask.Find(call.Vm, snapshot))
        : VmConfig.Show(call.Vm, call.Flag("current"));

    private static object? UpdateSync(ApiCall call)
    {
        var (vm, values, delete) = Prepare(call);
        var held = QemuApi.LockOf(vm.VmId);
        if (!call.Cluster.Locks.IsFree(held))
        {
            throw new LockHeldException($"can't lock file '{held.Name}' - got timeout", TimeSpan.FromSeconds(10));
        }

        QemuApi.CheckConfigLock(call, vm);
        if (!call.Cluster.Faults.Quorate)
        {
            throw new PveException($"unable to open file '/etc/pve/nodes/{vm.Node}/qemu-server/{vm.VmId}.conf.tmp.{Environment.ProcessId}' - Permission denied");
        }

        ConfigChange.Revert(vm, call["revert"]?.Split(',') ?? []);
        ConfigChange.Apply(Unlogged(call), vm, values, delete);
        return null;
    }

    private static string UpdateAsync(ApiCall call)
    {
        var (vm, values, delete) = Prepare(call);
        call.Cluster.RequireQuorum();
        var args = QemuApi.TaskArgs(call, "skiplock");
        foreach (var (key, value) in values)
        {
            args[CreateTask.OptionPrefix + key] = value;
        }

        if (delete.Length > 0)
        {
            args["delete"] = string.Join(',', delete);
        }

        if (call["revert"] is { } revert)
        {
            args["revert"] = revert;
        }

        return call.Cluster.Tasks.Start(call.Node, "qmconfig", call["vmid"]!, call.Caller.Id, args, QemuApi.LockOf(vm.VmId)).Upid;
    }

    private static (VmState Vm, Dictionary<string, string> Values, string[] Delete) Prepare(ApiCall call)
    {
        call.RequireRootFor("skiplock");
        var vm = call.Vm;
        var values = call.Params.Where(pair => !NoOptions.Contains(pair.Key)).ToDictionary();
        var delete = call["delete"]?.Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries) ?? [];
        SshKeys.Check(values);
        if (values.ContainsKey("args") && call.Caller.Id != "root@pam")
        {
            throw new PveException("only root can set 'args' config");
        }

        foreach (var key in delete)
        {
            if (!QemuOptions.IsOption(key))
            {
                throw PveException.Parameter("delete", $"unknown setting '{key}'");
            }

            if (values.ContainsKey(key))
            {
                throw PveException.Parameter("delete", $"you can't use '-{key}' and -delete {key}' at the same time");
            }
        }

        if (call["digest"] is { } digest && digest != VmConfig.Digest(vm))
        {
            throw new PveException("checksum mismatch (file change by other user?)");
        }

        MemoryCheck.Require(vm, values);
        return (vm, values, delete);
    }

    /// <summary>A place for disks' log lines that are not read: PUT works without a task.</summary>
    private static TaskContext Unlogged(ApiCall call) => new(call.Cluster, new TaskState
    {
        Upid = "",
        Node = call.Node,
        Type = "",
        Id = "",
        User = call.Caller.Id,
        Pid = 0,
        PStart = 0,
        StartedAt = call.Cluster.Now,
    });

    private static IEnumerable<object> CloudInitPending(ApiCall call) => call.Vm.Config.Where(pair => QemuOptions.IsCloudInit(pair.Key) && !QemuOptions.StartsWithDigit(pair.Key, "ipconfig"))
        .Select(pair => new { key = pair.Key, value = QemuOptions.Typed(pair.Key, pair.Value) });

    private static object? Regenerate(ApiCall call)
    {
        QemuApi.CheckConfigLock(call, call.Vm);
        return Drive.Of(call.Vm.Config).Any(drive => drive.IsCloudInit) ? null : throw new PveException("no cloudinit drive");
    }

    private static string Dump(ApiCall call)
    {
        var vm = call.Vm;
        return call["type"] switch
        {
            "user" => CloudInit.User(vm),
            "meta" => $"instance-id: {VmConfig.Sha1(vm.VmId + VmConfig.Digest(vm))}\n",
            _ => CloudInit.Network(vm),
        };
    }
}
