using System.Net.WebSockets;
using System.Text;
using MultiPanel.Simulator.Running;

namespace MultiPanel.Simulator.Http;

/// <summary>Serves a console's WebSocket: RFB for a screen, text for a terminal.</summary>
internal static class ConsoleRelay
{
    public static async Task ServeAsync(HttpContext context, ApiCall call)
    {
        var cluster = call.Cluster;
        if (!context.WebSockets.IsWebSocketRequest)
        {
            throw new PveException("No 'Upgrade' header", 400);
        }

        OpenConsole console;
        bool running;
        lock (cluster.Gate)
        {
            cluster.Advance();
            var open = cluster.Consoles.Take(call.ServedBy, call.Int("port", 0), call.VmId, cluster.Now);
            if (open is null || open.Ticket != call["vncticket"])
            {
                throw new PveException("permission denied - invalid PVEVNC ticket", 401) { After = TimeSpan.FromSeconds(3) };
            }

            console = open;
            cluster.Tasks.Keep(console.TaskUpid);
            running = call.Vm.IsRunning;
            if (!running)
            {
                cluster.Tasks.Finish(console.TaskUpid, "Failed to run vncproxy.");
            }
        }

        try
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync(
                context.WebSockets.WebSocketRequestedProtocols.Contains("binary") ? "binary" : null);
            if (!running)
            {
                // QEMU is not there to speak to: qm vncproxy ends, and the connection with it.
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
                return;
            }

            await (console.Terminal ? EchoAsync(socket, context.RequestAborted) : new RfbScreen(socket, console).ServeAsync(context.RequestAborted));
        }
        catch (WebSocketException)
        {
            // The viewer went without saying goodbye; to Proxmox that is an ordinary end.
        }
        catch (OperationCanceledException)
        {
            // The same, or the simulator shuts down.
        }
        finally
        {
            lock (cluster.Gate)
            {
                cluster.Advance();
                cluster.Tasks.Finish(console.TaskUpid, "OK");
            }
        }
    }

    private static async Task EchoAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        await socket.SendAsync(Encoding.ASCII.GetBytes("OK"), WebSocketMessageType.Binary, true, cancellationToken);
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken) is { MessageType: not WebSocketMessageType.Close } received)
        {
            await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Binary, true, cancellationToken);
        }
    }
}
