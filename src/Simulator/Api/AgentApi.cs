using MultiPanel.Simulator.Http;
using MultiPanel.Simulator.Qemu;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Api;

/// <summary>The guest agent: there when it is configured, the VM runs and the guest has booted.</summary>
internal static class AgentApi
{
    private const string Base = "/nodes/{node}/qemu/{vmid}/agent/";

    private static readonly string[] Audit = ["VM.GuestAgent.Audit", "VM.GuestAgent.Unrestricted"];

    public static IEnumerable<ApiMethod> Methods() =>
    [
        Method("POST", "ping", "", _ => new { }),
        Method("GET", "info", "", _ => new { version = "7.2.22", supported_commands = GuestCommands.Supported.Select(name => new Dictionary<string, object> { ["name"] = name, ["enabled"] = true, ["success-response"] = true }) }),
        Method("GET", "get-osinfo", "", (_, vm) => GuestFacts.OperatingSystem(vm)),
        Method("GET", "get-host-name", "", (_, vm) => new Dictionary<string, object> { ["host-name"] = GuestFacts.HostName(vm) }),
        Method("GET", "network-get-interfaces", "", (call, vm) => GuestFacts.Interfaces(call.Cluster, vm)),
        Method("GET", "get-users", "", (call, vm) => GuestFacts.Users(call.Cluster, vm)),
        Method("GET", "get-fsinfo", "", (_, vm) => GuestFacts.FileSystems(vm)),
        Method("GET", "get-time", "", call => call.Cluster.Now.ToUnixTimeMilliseconds() * 1_000_000),
        Method("GET", "get-timezone", "", _ => new { zone = "UTC", offset = 0 }),
        Method("GET", "get-vcpus", "", (_, vm) => Enumerable.Range(0, VmStatus.Cpus(vm)).Select(n => new Dictionary<string, object> { ["logical-id"] = n, ["online"] = true, ["can-offline"] = n > 0 })),
        Method("POST", "fsfreeze-status", "", _ => "thawed", "VM.GuestAgent.FileSystemMgmt"),
        Method("POST", "fsfreeze-freeze", "", _ => 1, "VM.GuestAgent.FileSystemMgmt"),
        Method("POST", "fsfreeze-thaw", "", _ => 1, "VM.GuestAgent.FileSystemMgmt"),
        Method("POST", "fstrim", "", _ => new { paths = Array.Empty<object>() }, "VM.GuestAgent.FileSystemMgmt"),
        Method("POST", "shutdown", "", Shutdown, "VM.PowerMgmt"),
        Bare("POST", "set-user-password", "username! password:str,least=5,len=1024! crypted:bool", SetPassword, "VM.GuestAgent.Unrestricted"),
        Bare("POST", "exec", "command:array! input-data:str,len=65536", GuestCommands.Execute, "VM.GuestAgent.Unrestricted"),
        Bare("GET", "exec-status", "pid:int!", GuestCommands.Status, "VM.GuestAgent.Unrestricted"),
        Bare("GET", "file-read", "file! count:int,min=1 decode:bool offset:int,min=0", GuestCommands.ReadFile, "VM.GuestAgent.FileRead", "VM.GuestAgent.Unrestricted"),
        Bare("POST", "file-write", "file! content:str,len=61440! encode:bool", GuestCommands.WriteFile, "VM.GuestAgent.FileWrite", "VM.GuestAgent.Unrestricted"),
    ];

    private static ApiMethod Method(string verb, string name, string parameters, Func<ApiCall, object?> answer, params string[] privileges) =>
        Method(verb, name, parameters, (call, _) => answer(call), privileges);

    private static ApiMethod Method(string verb, string name, string parameters, Func<ApiCall, VmState, object?> answer, params string[] privileges) =>
        Bare(verb, name, parameters, (call, vm) => new { result = answer(call, vm) }, privileges);

    private static ApiMethod Bare(string verb, string name, string parameters, Func<ApiCall, VmState, object?> answer, params string[] privileges) =>
        new ApiMethod(verb, Base + name, parameters, call => answer(call, Awake(call))).Protected()
            .Needs("/vms/{vmid}", privileges.Length == 0 ? Audit : privileges);

    private static VmState Awake(ApiCall call)
    {
        var vm = call.Vm;
        if (!VmStatus.AgentEnabled(vm))
        {
            throw new PveException("No QEMU guest agent configured");
        }

        if (!vm.IsRunning)
        {
            throw new PveException($"VM {vm.VmId} is not running");
        }

        return VmStatus.AgentUp(vm, call.Cluster.Now)
            ? vm
            : throw new PveException("QEMU guest agent is not running") { After = TimeSpan.FromSeconds(3) };
    }

    private static object Shutdown(ApiCall call, VmState vm)
    {
        vm.AgentUpAt = null;
        vm.QuitsAt = call.Cluster.Now + call.Cluster.Scaled(call.Cluster.Speed.GuestShutdown);
        call.Cluster.Quitting.Add(vm);
        return new { };
    }

    private static object SetPassword(ApiCall call, VmState vm) => vm.Guest == Guests.IgnoresAcpi
        ? throw new PveException("Agent error: cannot find 'passwd' program in PATH")
        : new { result = new { } };
}
