using StackExchange.Redis;

namespace MultiPanel.TestKit.Servers;

/// <summary>
/// A logical database of a Redis server, claimed for one test and flushed on dispose. It holds no connection while the test
/// runs: a test that keeps the machine busy, or kills connections, cannot break the flush. Published messages are not part
/// of a logical database: every subscriber of the server gets them.
/// </summary>
public sealed class TestRedis : IAsyncDisposable
{
    // Longer than any test: a claim that a killed test run left behind ends by itself.
    private static readonly TimeSpan _claimEnds = TimeSpan.FromMinutes(30);

    private readonly RedisValue _token = Guid.NewGuid().ToString("N");

    private TestRedis(string address) => Address = address;

    /// <summary>The server as <c>host:port</c>.</summary>
    public string Address { get; }

    /// <summary>The number of the logical database; never 0, which holds the claims.</summary>
    public int Database { get; private set; }

    /// <summary>The value that <c>REDIS_URL</c> takes for this database.</summary>
    public string Url => $"redis://{Address}/{Database}";

    /// <summary>The same as StackExchange.Redis writes it.</summary>
    public string ConnectionString => $"{Address},defaultDatabase={Database}";

    internal static TestRedis Claim(string address)
    {
        using var connection = ConnectionMultiplexer.Connect(address);
        var redis = new TestRedis(address);
        redis.ClaimDatabase(connection.GetDatabase(0));
        connection.GetDatabase(redis.Database).Execute("FLUSHDB");
        return redis;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(Address);
        await connection.GetDatabase(Database).ExecuteAsync("FLUSHDB");
        var released = connection.GetDatabase(0).CreateTransaction();
        released.AddCondition(Condition.StringEqual(Key(Database), _token));
        _ = released.KeyDeleteAsync(Key(Database));
        await released.ExecuteAsync();
    }

    private void ClaimDatabase(IDatabase claims)
    {
        var databases = (int)((RedisResult[])claims.Execute("CONFIG", "GET", "databases")!)[1];
        for (var number = 1; number < databases; number++)
        {
            if (claims.StringSet(Key(number), _token, _claimEnds, When.NotExists))
            {
                Database = number;
                return;
            }
        }

        throw new InvalidOperationException($"All {databases - 1} databases of the Redis on {Address} are claimed by tests.");
    }

    private static RedisKey Key(int database) => $"test-claim:{database}";
}
