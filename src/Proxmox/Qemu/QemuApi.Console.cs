using System.Globalization;
using System.Net.WebSockets;
using MultiPanel.Proxmox.Http;

namespace MultiPanel.Proxmox.Qemu;

public sealed partial class QemuApi
{
    /// <summary>Opens a console on the VM's node. Connect within 10 s: <see cref="VncWebSocketAsync"/>.</summary>
    /// <param name="generatePassword">Eight characters for the VNC handshake instead of the ticket.</param>
    public async Task<VncProxy> VncProxyAsync(string node, int vmid, bool generatePassword = false, CancellationToken ct = default) =>
        VncProxy.From((await transport.SendAsync(
            new PveCall(
                HttpMethod.Post,
                PvePath.Qemu(node, vmid, "vncproxy"),
                new PveForm { { "websocket", true }, { "generate-password", generatePassword ? true : null } }),
            ct)).Data);

    /// <summary>The console's byte stream (RFB), with the client's own credential and certificate check.</summary>
    public Task<WebSocket> VncWebSocketAsync(string node, int vmid, VncProxy proxy, CancellationToken ct = default) =>
        transport.WebSocketAsync(
            PvePath.Qemu(node, vmid, "vncwebsocket"),
            new PveForm { { "port", proxy.Port.ToString(CultureInfo.InvariantCulture) }, { "vncticket", proxy.Ticket } },
            ct);
}
