using System.Net.Sockets;
using System.Text;

namespace MultiPanel.TestKit.Servers;

/// <summary>
/// Distinguishes commands that clients sent from those that scripts ran, which Redis's own counters do not: <c>MONITOR</c> shows each
/// with where it came from, <c>lua</c> for the latter. It slows the server down, so nothing else is measured meanwhile.
/// </summary>
public sealed class RedisMonitor : IAsyncDisposable
{
    private readonly TcpClient client = new();
    private Task reading = Task.CompletedTask;

    /// <summary>Commands sent by clients, without those of the connection itself: PING and the like.</summary>
    public int FromClients { get; private set; }

    /// <summary>Commands that scripts ran.</summary>
    public int FromScripts { get; private set; }

    /// <summary>How often each command came from a client.</summary>
    public Dictionary<string, int> ByCommand { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="address">Host and port.</param>
    public static async Task<RedisMonitor> StartAsync(string address)
    {
        var monitor = new RedisMonitor();
        var (host, port) = (address.Split(':')[0], int.Parse(address.Split(':')[1], null));
        await monitor.client.ConnectAsync(host, port);
        var stream = monitor.client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("MONITOR\r\n"));
        var reader = new StreamReader(stream, Encoding.Latin1);
        await reader.ReadLineAsync();
        monitor.reading = monitor.ReadAsync(reader);
        return monitor;
    }

    public async ValueTask DisposeAsync()
    {
        client.Close();
        await reading;
    }

    /// <summary>Lines such as <c>+1795.04 [0 127.0.0.1:5000] "hget" "key"</c> and <c>+1795.04 [0 lua] "hget" "key"</c>.</summary>
    private async Task ReadAsync(StreamReader reader)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                var source = line.IndexOf('[', StringComparison.Ordinal);
                var end = line.IndexOf("] \"", StringComparison.Ordinal);
                if (source < 0 || end < 0)
                {
                    continue;
                }

                if (line[source..end].EndsWith(" lua", StringComparison.Ordinal))
                {
                    FromScripts++;
                    continue;
                }

                var name = line[(end + 3)..].Split('"')[0];
                FromClients++;
                ByCommand[name] = ByCommand.GetValueOrDefault(name) + 1;
            }
        }
        catch (IOException)
        {
            // Closed.
        }
        catch (ObjectDisposedException)
        {
            // Closed.
        }
    }
}
