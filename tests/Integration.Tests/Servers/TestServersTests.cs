using System.Net;
using MultiPanel.TestKit.Servers;
using MySqlConnector;
using StackExchange.Redis;

namespace MultiPanel.Integration.Tests.Servers;

[Parallelizable(ParallelScope.All)]
public sealed class TestServersTests
{
    [Test]
    public async Task A_database_is_empty_and_gone_after_its_test()
    {
        await using var other = await TestServers.MySqlAsync();
        string name;
        await using (var database = await TestServers.MySqlAsync())
        {
            name = database.Name;
            Assert.That(await ScalarAsync(database, $"SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '{name}'"), Is.Zero);
            await ScalarAsync(database, "CREATE TABLE t (id INT PRIMARY KEY)");
        }

        Assert.That(await ScalarAsync(other, $"SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = '{name}'"), Is.Zero);
    }

    [Test]
    public async Task Two_tests_never_share_a_redis_database()
    {
        await using var one = TestServers.Redis();
        await using var other = TestServers.Redis();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(one.ConnectionString);
        await connection.GetDatabase().StringSetAsync("key", "value");

        Assert.That(other.Database, Is.Not.EqualTo(one.Database));
        Assert.That(await connection.GetDatabase(other.Database).KeyExistsAsync("key"), Is.False);
    }

    [Test]
    public async Task A_redis_database_is_flushed_after_its_test()
    {
        await using var other = TestServers.Redis();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(other.Address);
        int number;
        await using (var redis = TestServers.Redis())
        {
            number = redis.Database;
            await connection.GetDatabase(number).StringSetAsync("of-this-test", "value");
        }

        Assert.That(await connection.GetDatabase(number).KeyExistsAsync("of-this-test"), Is.False);
    }

    [Test]
    public async Task A_virtual_host_is_open_to_its_user_and_gone_after_its_test()
    {
        await using var other = await TestServers.RabbitMqAsync();
        string name;
        await using (var host = await TestServers.RabbitMqAsync())
        {
            name = host.Name;
            // Declares a queue, publishes a message to it and consumes that.
            var alive = await host.Api.GetAsync($"aliveness-test/{name}");
            Assert.That(alive.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        }

        var gone = await other.Api.GetAsync($"vhosts/{name}");
        Assert.That(gone.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task The_embedded_garnet_runs_lua()
    {
        using var garnet = EmbeddedGarnet.Start();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(garnet.Address);

        var answer = await connection.GetDatabase().ScriptEvaluateAsync(
            "redis.call('SET', KEYS[1], ARGV[1]) return redis.call('GET', KEYS[1])", ["key"], ["value"]);

        Assert.That((string?)answer, Is.EqualTo("value"));
    }

    private static async Task<long> ScalarAsync(TestDatabase database, string statement)
    {
        await using var connection = new MySqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new MySqlCommand(statement, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync() ?? 0L, System.Globalization.CultureInfo.InvariantCulture);
    }
}
