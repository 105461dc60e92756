using System.Text.Json;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Http;
using MultiPanel.Proxmox.Tasks;

namespace MultiPanel.Proxmox.Qemu;

/// <summary>A console that waits 10 s for its connection; the ticket is good for 40 s.</summary>
/// <param name="Port">5900 to 5999 on the VM's node.</param>
/// <param name="Ticket">Never printed.</param>
/// <param name="Password">Eight characters for the VNC handshake, if one was asked for; else the ticket is it. Never printed.</param>
public sealed record VncProxy(int Port, string Ticket, string? Password, Upid Upid, string? User)
{
    public override string ToString() => $"{nameof(VncProxy)} port {Port}, {Upid}";

    internal static VncProxy From(JsonElement data) => new(
        data.Int("port") ?? throw new PveAnswerException(new PveFault("POST", "vncproxy", "Proxmox answered without a port.") { Status = 200, OutcomeUnknown = true }),
        data.Text("ticket") ?? "",
        data.Text("password"),
        Upid.TryParse(data.Text("upid"), out var upid) ? upid : default,
        data.Text("user"));
}
