using StackExchange.Redis;

namespace MultiPanel.TestKit.Servers;

/// <summary>A Redis that keeps nothing over a restart, and that a test may stop, start and empty.</summary>
public sealed class PrivateRedis : PrivateServer
{
    private PrivateRedis()
    {
    }

    public string Address => $"127.0.0.1:{Port}";

    /// <summary>The value that <c>REDIS_URL</c> takes.</summary>
    public string Url => $"redis://{Address}";

    protected override IReadOnlyList<string> Command =>
        ["redis-server", "--bind", "127.0.0.1", "--port", $"{Port}", "--save", "", "--appendonly", "no"];

    public static async Task<PrivateRedis> LaunchAsync()
    {
        var server = new PrivateRedis();
        await server.StartAsync();
        return server;
    }

    public async Task FlushAllAsync()
    {
        await using var connection = await ConnectAsync();
        await connection.GetServer(Address).FlushAllDatabasesAsync();
    }

    /// <summary>Breaks the connections of those who subscribe; what is published until they are back is lost to them.</summary>
    public async Task DropSubscribersAsync()
    {
        await using var connection = await ConnectAsync();
        await connection.GetDatabase().ExecuteAsync("CLIENT", "KILL", "TYPE", "pubsub");
    }

    public Task<ConnectionMultiplexer> ConnectAsync() => ConnectionMultiplexer.ConnectAsync($"{Address},allowAdmin=true");

    protected override async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = await ConnectAsync();
            return await connection.GetDatabase().PingAsync() >= TimeSpan.Zero;
        }
        catch (RedisException)
        {
            return false;
        }
    }
}
