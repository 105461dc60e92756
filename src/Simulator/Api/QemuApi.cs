using MultiPanel.Simulator.Http;
using MultiPanel.Simulator.Qemu;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;
using MultiPanel.Simulator.Tasks;
using MultiPanel.Simulator.Tasks.Kinds;

namespace MultiPanel.Simulator.Api;

/// <summary>A node's VMs: list, create, delete.</summary>
internal static class QemuApi
{
    private static readonly HashSet<string> NoOptions =
        ["node", "vmid", "pool", "start", "storage", "unique", "force", "archive", "bwlimit", "ha-managed", "live-restore", "import-working-storage"];

    public static IEnumerable<ApiMethod> Methods() =>
    [
        new ApiMethod("GET", "/nodes/{node}/qemu", "full:bool", List).Protected(),
        new ApiMethod("POST", "/nodes/{node}/qemu", QemuOptions.Create, Create).Protected().Needs(MayCreate),
        new ApiMethod("DELETE", "/nodes/{node}/qemu/{vmid}", "purge:bool destroy-unreferenced-disks:bool skiplock:bool", Delete).Protected().Needs("/vms/{vmid}", "VM.Allocate"),
    ];

    public static LockRequest LockOf(int vmId) => new(LockTable.OfVm(vmId), Exclusive: true);

    /// <summary>Arguments of a task about the call's VM, with the given parameters of the call.</summary>
    public static Dictionary<string, string> TaskArgs(ApiCall call, params string[] names)
    {
        var args = new Dictionary<string, string> { ["vmid"] = call["vmid"]! };
        foreach (var name in names)
        {
            if (call[name] is { } value)
            {
                args[name] = value;
            }
        }

        return args;
    }

    /// <summary>Some checks happen in the API, before a task is made.</summary>
    public static void CheckConfigLock(ApiCall call, VmState vm)
    {
        if (vm.Lock is { } held && !call.Flag("skiplock"))
        {
            throw new PveException($"VM is locked ({held})");
        }
    }

    /// <summary>A storage that is not for disks of VMs is refused before anything begins.</summary>
    public static void RequireImages(StorageState storage)
    {
        if (!storage.Content.Split(',').Contains("images"))
        {
            throw PveException.Parameter("storage", $"storage '{storage.Name}' does not support vm images");
        }
    }

    private static IEnumerable<object> List(ApiCall call) => call.Cluster.State.Vms.Values
        .Where(vm => vm.Node == call.Node && call.Cluster.Permissions.Allows(call.Caller, $"/vms/{vm.VmId}", "VM.Audit"))
        .Select(vm => call.Flag("full") ? VmStatus.Full(call.Cluster, vm) : VmStatus.Brief(call.Cluster, vm));

    private static void MayCreate(ApiCall call)
    {
        var permissions = call.Cluster.Permissions;
        var pool = call.Expand("{pool}");
        if (!permissions.Allows(call.Caller, $"/vms/{call.Expand("{vmid}")}", "VM.Allocate")
            && (pool.Length == 0 || !permissions.Allows(call.Caller, $"/pool/{pool}", "VM.Allocate")))
        {
            throw new PveException("Permission check failed", 403);
        }
    }

    private static string Create(ApiCall call)
    {
        var cluster = call.Cluster;
        cluster.RequireQuorum();
        if (cluster.State.Vms.TryGetValue(call.VmId, out var existing))
        {
            throw new PveException($"unable to create VM {call.VmId} - VM {call.VmId} already exists on node '{existing.Node}'");
        }

        if (call["pool"] is { } pool)
        {
            PoolsApi.Require(cluster, pool);
        }

        SshKeys.Check(call.Params);
        var args = TaskArgs(call, "pool", "start");
        foreach (var (key, value) in call.Params.Where(pair => !NoOptions.Contains(pair.Key)))
        {
            RequireStorage(call, key, value);
            args[CreateTask.OptionPrefix + key] = value;
        }

        cluster.State.Vms[call.VmId] = new VmState { VmId = call.VmId, Node = call.Node, Config = { ["lock"] = "create" } };
        return cluster.Tasks.Start(call.Node, "qmcreate", call["vmid"]!, call.Caller.Id, args, LockOf(call.VmId)).Upid;
    }

    private static void RequireStorage(ApiCall call, string key, string value)
    {
        if (Drive.IsKey(key) && Drive.Parse(key, value) is { HasVolume: true } drive)
        {
            var storage = call.Cluster.Storage(drive.Storage);
            call.Cluster.Permissions.Check(call.Caller, $"/storage/{storage.Name}", "Datastore.AllocateSpace");
            if (!drive.IsCdrom)
            {
                RequireImages(storage);
            }
        }
    }

    private static string Delete(ApiCall call)
    {
        call.RequireRootFor("skiplock");
        var vm = call.Vm;
        if (vm.Config.GetValueOrDefault("protection") == "1")
        {
            throw new PveException($"can't remove VM {vm.VmId} - protection mode enabled");
        }

        if (call.Cluster.State.HaResources.ContainsKey($"vm:{vm.VmId}") && !call.Flag("purge"))
        {
            throw new PveException($"unable to remove VM {vm.VmId} - used in HA resources and purge parameter not set.");
        }

        if (vm.IsRunning)
        {
            throw new PveException($"VM {vm.VmId} is running - destroy failed");
        }

        return call.Cluster.Tasks.Start(call.Node, "qmdestroy", call["vmid"]!, call.Caller.Id, TaskArgs(call, "purge", "skiplock"), LockOf(vm.VmId)).Upid;
    }
}
