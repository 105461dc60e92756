using MultiPanel.Simulator.Http;
using MultiPanel.Simulator.Qemu;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Api;

/// <summary>Starting, stopping and suspending a VM.</summary>
internal static class QemuPowerApi
{
    private const string Base = "/nodes/{node}/qemu/{vmid}/status/";

    public static IEnumerable<ApiMethod> Methods() =>
    [
        new ApiMethod("GET", Base + "current", "", call => VmStatus.Current(call.Cluster, call.Vm)).Protected().Needs("/vms/{vmid}", "VM.Audit"),
        Method("start", "qmstart", "skiplock:bool timeout:int,min=0 force-cpu machine migratedfrom migration_network migration_type:secure|insecure nets-host-mtu stateuri targetstorage with-conntrack-state:bool"),
        Method("stop", "qmstop", "skiplock:bool timeout:int,min=0 keepActive:bool migratedfrom overrule-shutdown:bool"),
        Method("shutdown", "qmshutdown", "skiplock:bool timeout:int,min=0 forceStop:bool keepActive:bool"),
        Method("reboot", "qmreboot", "timeout:int,min=0", mustRun: true),
        Method("reset", "qmreset", "skiplock:bool", mustRun: true),
        Method("suspend", "qmpause", "skiplock:bool todisk:bool statestorage:storage", mustRun: true),
        Method("resume", "qmresume", "skiplock:bool nocheck:bool", mustRun: true),
    ];

    private static ApiMethod Method(string verb, string taskType, string parameters, bool mustRun = false) =>
        new ApiMethod("POST", Base + verb, parameters, call => Act(call, taskType, mustRun)).Protected().Needs("/vms/{vmid}", "VM.PowerMgmt");

    private static string Act(ApiCall call, string taskType, bool mustRun)
    {
        call.RequireRootFor("skiplock");
        var vm = call.Vm;
        if (mustRun && !vm.IsRunning && !(taskType == "qmresume" && vm.Lock == "suspended"))
        {
            throw new PveException($"VM {vm.VmId} not running");
        }

        if (taskType == "qmpause" && call.Flag("todisk"))
        {
            taskType = "qmsuspend";
        }

        if (taskType is "qmstart" or "qmstop" or "qmsuspend")
        {
            call.Cluster.RequireQuorum();
        }

        taskType = UnderHa(call, vm, taskType);
        var args = QemuApi.TaskArgs(call, "skiplock", "timeout", "forceStop", "statestorage");
        return call.Cluster.Tasks.Start(call.Node, taskType, call["vmid"]!, call.Caller.Id, args, QemuApi.LockOf(vm.VmId)).Upid;
    }

    /// <summary>An HA resource is started and stopped by the HA manager, on request.</summary>
    private static string UnderHa(ApiCall call, VmState vm, string taskType)
    {
        var sid = $"vm:{vm.VmId}";
        if (taskType is not ("qmstart" or "qmstop") || !call.Cluster.State.HaResources.ContainsKey(sid))
        {
            return taskType;
        }

        call.Cluster.State.HaResources[sid] = taskType == "qmstart" ? "started" : "stopped";
        return taskType == "qmstart" ? "hastart" : "hastop";
    }
}
