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

    public static IEnumerable<ApiMethod> Methods() =>
    [
        new ApiMethod("POST", "/nodes/{node}/qemu/{vmid}/vncproxy", "websocket:bool generate-password:bool", call => Open(call, terminal: false)).Protected().Needs("/vms/{vmid}", "VM.Console"),
        new ApiMethod("POST", "/nodes/{node}/qemu/{vmid}/termproxy", "serial:serial0|serial1|serial2|serial3", call => Open(call, terminal: true)).Protected().Needs("/vms/{vmid}", "VM.Console"),
        new ApiMethod("GET", "/nodes/{node}/qemu/{vmid}/vncwebsocket", "port:int,min=5900,max=5999! vncticket:str,len=512!", _ => throw new PveException("No 'Upgrade' header", 400)).Needs("/vms/{vmid}", "VM.Console"),
    ];

    private static Dictionary<string, object?> Open(ApiCall call, bool terminal)
    {
        var cluster = call.Cluster;
        var vm = call.Vm;
        if (terminal && !vm.Config.ContainsKey(call["serial"] ?? "serial0"))
        {
            throw new PveException("unable to find a serial interface");
        }

        var ticket = cluster.Tickets.Issue(call.Caller.Id, "PVEVNC", $":{call.Caller.Id}:/vms/{vm.VmId}");
        var password = call.Flag("generate-password") ? RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 8) : null;
        var task = cluster.Tasks.Start(call.Node, "vncproxy", call["vmid"]!, call.Caller.Id, QemuApi.TaskArgs(call));
        var console = new OpenConsole(vm.VmId, ticket, password ?? ticket, terminal, task.Upid, cluster.Now + cluster.Scaled(TicketSeconds));
        var port = cluster.Consoles.Open(call.Node, console, cluster.Now);
        var answer = new Dictionary<string, object?>
        {
            ["port"] = port.ToString(CultureInfo.InvariantCulture),
            ["ticket"] = ticket,
            ["upid"] = task.Upid,
            ["user"] = call.Caller.Id,
        };
        if (!terminal)
        {
            answer["cert"] = cluster.CertificatePem;
        }

        if (password is not null)
        {
            answer["password"] = password;
        }

        return answer;
    }
}
