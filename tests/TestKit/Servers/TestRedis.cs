using StackExchange.Redis;

namespace MultiPanel.TestKit.Servers;

/// <summary>
/// A logical database of a Redis server, claimed for one test and flushed on dispose. Published messages are not part of
/// a logical database: every subscriber of the server gets them.
/// </summary>
public sealed class TestRedis : IAsyncDisposable
{
    // Longer than any test: a claim that a killed test run left behind ends by itself.
    private static readonly TimeSpan _claimEnds = TimeSpan.FromMinutes(30);

    private readonly ConnectionMultiplexer _connection;
    private readonly RedisValue _token = Guid.NewGuid().ToString("N");

    private TestRedis(string address, ConnectionMultiplexer connection)
    {
        Address = address;
        _connection = connection;
    }

    /// <summary>The server as <c>host:port</c>.</summary>
    public string Address { get; }

    /// <summary>The number of the logical database; never 0, which holds the claims.</summary>
    public int Database { get; private set; }

    /// <summary>The value that <c>REDIS_URL</c> takes for this database.</summary>
    public string Url => $"redis://{Address}/{Database}";

    /// <summary>The same as StackExchange.Redis writes it.</summary>
    public string ConnectionString => $"{Address},defaultDatabase={Database}";

    private IDatabase Claims => _connection.GetDatabase(0);

    internal static TestRedis Claim(string address)
    {
        var redis = new TestRedis(address, ConnectionMultiplexer.Connect(address));
        try
        {
            redis.ClaimDatabase();
            redis.Flush();
            return redis;
        }
        catch
        {
            redis._connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Flush();
        var released = Claims.CreateTransaction();
        released.AddCondition(Condition.StringEqual(Key(Database), _token));
        _ = released.KeyDeleteAsync(Key(Database));
        await released.ExecuteAsync();
        await _connection.DisposeAsync();
    }

    private void ClaimDatabase()
    {
        var databases = (int)((RedisResult[])Claims.Execute("CONFIG", "GET", "databases")!)[1];
        for (var number = 1; number < databases; number++)
        {
            if (Claims.StringSet(Key(number), _token, _claimEnds, When.NotExists))
            {
                Database = number;
                return;
            }
        }

        throw new InvalidOperationException($"All {databases - 1} databases of the Redis on {Address} are claimed by tests.");
    }

    private void Flush() => _connection.GetDatabase(Database).Execute("FLUSHDB");

    private static RedisKey Key(int database) => $"test-claim:{database}";
}
