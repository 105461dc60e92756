namespace MultiPanel.Simulator.Running;

/// <summary>Open console ports, 5900 to 5999 a node: who may connect, and until when.</summary>
internal sealed class ConsolePorts
{
    private readonly Dictionary<(string Node, int Port), OpenConsole> _open = [];

    public int Open(string node, OpenConsole console, DateTimeOffset now)
    {
        for (var port = 5900; port <= 5999; port++)
        {
            if (!_open.TryGetValue((node, port), out var other) || other.ExpiresAt < now)
            {
                _open[(node, port)] = console;
                return port;
            }
        }

        throw new PveException("unable to find free port (5900-5999)");
    }

    /// <summary>Takes the console behind a port: it serves one connection.</summary>
    public OpenConsole? Take(string node, int port, int vmId, DateTimeOffset now) =>
        _open.TryGetValue((node, port), out var console) && console.VmId == vmId && console.ExpiresAt >= now && _open.Remove((node, port))
            ? console
            : null;
}

/// <param name="Terminal">A termproxy console speaks text, a VNC one RFB.</param>
/// <param name="Password">The VNC password: the ticket, or the one that was generated.</param>
internal sealed record OpenConsole(int VmId, string Ticket, string Password, bool Terminal, string TaskUpid, DateTimeOffset ExpiresAt);
