using System.Net.Sockets;

namespace MultiPanel.TestKit.Servers;

/// <summary>Erlang's port mapper, which a RabbitMQ needs; all nodes of one have different names.</summary>
internal sealed class PrivateEpmd : PrivateServer
{
    private PrivateEpmd()
    {
    }

    protected override IReadOnlyList<string> Command => ["epmd", "-address", "127.0.0.1", "-port", $"{Port}"];

    public static async Task<PrivateEpmd> LaunchAsync()
    {
        var server = new PrivateEpmd();
        await server.StartAsync();
        return server;
    }

    protected override async Task<bool> AnswersAsync()
    {
        try
        {
            using var connection = new TcpClient();
            await connection.ConnectAsync("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
