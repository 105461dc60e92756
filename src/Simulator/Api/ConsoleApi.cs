using System.Globalization;
using System.Security.Cryptography;
using MultiPanel.Simulator.Http;
using MultiPanel.Simulator.Running;

namespace MultiPanel.Simulator.Api;

/// <summary>Console tickets; the WebSocket itself is served by <see cref="ConsoleRelay"/>.</summary>
internal static class ConsoleApi
{
    // PVE::AccessControl: a VNC ticket is good for 40 s.
    private const double TicketSeconds = 40;

    private const string PasswordCharacters = "!#$%&()*+,-./0123456789;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`";

    public static IEnumerable<ApiMethod> Methods() =>
    [
        new ApiMethod("POST", "/nodes/{node}/qemu/{vmid}/vncproxy", "websocket:bool generate-password:bool", call => Open(call, terminal: false)).Protected().Needs("/vms/{vmid}", "VM.Console"),
        new ApiMethod("POST", "/nodes/{node}/qemu/{vmid}/termproxy", "serial:serial0|serial1|serial2|serial3", call => Open(call, terminal: true)).Protected().Needs("/vms/{vmid}", "VM.Console"),
        new ApiMethod("POST", "/nodes/{node}/qemu/{vmid}/spiceproxy", "proxy", Spice).Protected().Needs("/vms/{vmid}", "VM.Console"),
        new ApiMethod("GET", "/nodes/{node}/qemu/{vmid}/vncwebsocket", "port:int,min=5900,max=5999! vncticket:str,len=512!", _ => throw new PveException("No 'Upgrade' header", 400)).Needs("/vms/{vmid}", "VM.Console"),
    ];

    private static Dictionary<string, object?> Open(ApiCall call, bool terminal)
    {
        var cluster = call.Cluster;
        var vm = call.Vm;
        var signed = cluster.Tickets.Issue(call.Caller.Id, "PVEVNC", $":{call.Caller.Id}:/vms/{vm.VmId}");

        // VNC knows eight characters of a password: since 9.2 the ticket begins with them.
        var password = terminal ? null : RandomNumberGenerator.GetString(PasswordCharacters, 8);
        var ticket = password is null ? signed : $"{password}:{signed}";

        // The port is opened by the node that was asked, which speaks to the VM's node.
        var task = cluster.Tasks.Start(call.ServedBy, "vncproxy", call["vmid"]!, call.Caller.Id, QemuApi.TaskArgs(call));
        var console = new OpenConsole(vm.VmId, ticket, password ?? ticket, terminal, task.Upid, cluster.Now + cluster.Scaled(TicketSeconds));
        var port = cluster.Consoles.Open(call.ServedBy, console, cluster.Now);
        var answer = new Dictionary<string, object?>
        {
            ["port"] = port.ToString(CultureInfo.InvariantCulture),
            ["ticket"] = ticket,
            ["upid"] = task.Upid,
            ["user"] = call.Caller.Id,
        };
        if (password is not null)
        {
            answer["cert"] = cluster.CertificatePem;
            answer["password"] = password;
        }

        return answer;
    }

    /// <summary>The simulated guests have no SPICE server, as the recorded ones had none.</summary>
    private static object Spice(ApiCall call) =>
        throw new PveException(call.Vm.IsRunning ? "no spice port" : $"VM {call.VmId} not running");
}
