using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Api.Health;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Data;
using MultiPanel.TestKit;
using MultiPanel.TestKit.Servers;
using MySqlConnector;
using StackExchange.Redis;

namespace MultiPanel.Api.Tests.Health;

/// <summary>A store that answers questions and takes no writes is down.</summary>
public sealed class WriteTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Test]
    public async Task A_sqlite_file_that_cannot_be_written_is_down_until_it_can()
    {
        await using var api = await TestApi.StartAsync();
        await api.FreezeDatabaseAsync();

        var frozen = await ReadyAsync(api);
        var read = await ReadsAsync(api);
        await api.FreezeDatabaseAsync(false);
        var thawed = await ReadyAsync(api);

        Assert.That((frozen.Status, frozen.State("database"), read), Is.EqualTo((503, "down", true)), frozen.Text);
        Assert.That((thawed.Status, thawed.State("database")), Is.EqualTo((200, "up")), thawed.Text);
    }

    [Test]
    public async Task A_question_writes_to_sqlite_and_leaves_nothing_there()
    {
        await using var api = await TestApi.StartAsync();
        var probe = api.Services.GetRequiredService<DatabaseProbe>();
        await using var db = api.Database.OpenAll();
        await db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)");
        var before = await SizesAsync(db);

        await probe.WriteAsync(default);

        var after = await SizesAsync(db);
        Assert.That(after.Frames, Is.EqualTo(before.Frames + 1), "one page went to the write-ahead log");
        Assert.That(after.Pages, Is.EqualTo(before.Pages), "the database has not grown");
    }

    [Test]
    public async Task A_writer_at_work_does_not_make_sqlite_down_and_one_that_never_ends_does()
    {
        await using var api = await TestApi.StartAsync();
        await using var db = api.Database.OpenAll();
        await using var transaction = await db.Database.BeginTransactionAsync();
        await db.Database.ExecuteSqlRawAsync("PRAGMA user_version = 0");

        var soon = await ReadyAsync(api);
        api.Clock.Advance(TimeSpan.FromSeconds(31));
        var late = await ReadyAsync(api);
        await transaction.RollbackAsync();
        var after = await ReadyAsync(api);

        Assert.That((soon.State("database"), late.State("database"), after.State("database")), Is.EqualTo(("up", "down", "up")));
    }

    [Test]
    public async Task A_mysql_that_takes_no_writes_is_down_until_it_does()
    {
        await using var server = await TestServers.MySqlAsync();
        Assert.That(DatabaseUrl.TryParse(server.Url, out var url, out var problem), Is.True, problem);
        await using var api = await TestApi.StartAsync(database: url);
        await using var administrator = new MySqlConnection(server.ConnectionString);
        await administrator.OpenAsync();
        var versions = await VersionsAsync(api);

        var before = await ReadyAsync(api);
        await ExecuteAsync(administrator, "LOCK TABLES __EFMigrationsHistory READ");
        var locked = await ReadyAsync(api);
        var read = await ReadsAsync(api);
        await ExecuteAsync(administrator, "UNLOCK TABLES");
        var after = await ReadyAsync(api);

        Assert.That((before.State("database"), locked.State("database"), read, after.State("database")), Is.EqualTo(("up", "down", true, "up")), locked.Text);
        Assert.That(await VersionsAsync(api), Is.EqualTo(versions), "the write has changed nothing");
    }

    [Test]
    public async Task A_redis_that_refuses_writes_is_down_until_it_takes_them()
    {
        await using var server = await PrivateRedis.LaunchAsync();
        await using var api = await TestApi.StartAsync(redisAddress: server.Address);
        await using var administrator = await server.ConnectAsync();
        var redis = api.Services.GetRequiredService<IConnectionMultiplexer>();

        await administrator.GetServer(server.Address).ConfigSetAsync("min-replicas-to-write", "1");
        var refusing = await ReadyAsync(api);
        var ping = await redis.GetDatabase().PingAsync();
        await administrator.GetServer(server.Address).ConfigSetAsync("min-replicas-to-write", "0");
        var after = await ReadyAsync(api);

        Assert.That(ping, Is.GreaterThan(TimeSpan.Zero), "it answers all the time");
        Assert.That((refusing.Status, refusing.State("redis"), after.State("redis")), Is.EqualTo((200, "down", "up")), refusing.Text);
        Assert.That(refusing.Text, Does.Not.Contain("NOREPLICAS").And.Not.Contain("127.0.0.1"), "the server's own text is for the log");
    }

    [Test]
    public async Task A_redis_that_hangs_is_down_and_the_answer_comes_soon()
    {
        await using var server = await PrivateRedis.LaunchAsync();
        await using var api = await TestApi.StartAsync(redisAddress: server.Address);
        await ReadyAsync(api);
        await server.HangAsync();

        var hanging = await ReadyAsync(api);
        await server.ResumeAsync();

        Assert.That((hanging.Status, hanging.State("redis")), Is.EqualTo((200, "down")), hanging.Text);
        Assert.That(hanging.Latency("redis"), Is.LessThan(5_000), "it does not wait out Redis's own timeout");
    }

    [Test]
    public async Task A_broker_that_is_lost_is_down_and_up_when_it_is_back()
    {
        await using var broker = await TestServers.RabbitMqAsync();
        await using var api = await TestApi.StartAsync(rabbitMq: new Uri(broker.Url));
        await Eventually.IsAsync(async () => (await ReadyAsync(api)).State("broker") == "up", "the broker is up", Limit);

        await broker.CloseDoorAsync();
        await Eventually.IsAsync(async () => (await ReadyAsync(api)).State("broker") == "down", "the broker is down", Limit);
        await broker.OpenDoorAsync();
        await Eventually.IsAsync(async () => (await ReadyAsync(api)).State("broker") == "up", "the broker is up again", Limit);
    }

    [Test]
    public async Task Those_who_ask_in_the_same_seconds_share_one_answer()
    {
        await using var api = await TestApi.StartAsync();
        using var client = api.Anonymous();
        await using var db = api.Database.OpenAll();
        await db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)");

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.GetAsync("/api/health/ready")));
        var first = (await SizesAsync(db)).Frames;
        api.Clock.Advance(Dependencies.Shared);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.GetAsync("/api/health/ready")));
        var second = (await SizesAsync(db)).Frames;

        Assert.That((first, second), Is.EqualTo((1, 2)), "pages written to the database");
    }

    /// <summary>Asks after the last answer is no longer shared.</summary>
    private static async Task<Ready> ReadyAsync(TestApi api)
    {
        api.Clock.Advance(Dependencies.Shared);
        using var client = api.Anonymous();
        return new Ready(await client.GetAsync("/api/health/ready"));
    }

    private static async Task<bool> ReadsAsync(TestApi api)
    {
        await using var db = api.Database.OpenAll();
        return await db.Users.AnyAsync();
    }

    /// <returns>The frames in the write-ahead log, and the pages of the database.</returns>
    private static async Task<(int Frames, int Pages)> SizesAsync(PanelDb db)
    {
        var log = new FileInfo($"{((Microsoft.Data.Sqlite.SqliteConnection)db.Database.GetDbConnection()).DataSource}-wal");
        var pages = (await db.Database.SqlQueryRaw<int>("SELECT page_count AS Value FROM pragma_page_count").ToListAsync()).Single();
        // A header of 32 bytes, then 24 and a page of 4,096 for each.
        return (log.Exists ? (int)(Math.Max(0, log.Length - 32) / (24 + 4_096)) : 0, pages);
    }

    private static async Task<List<string>> VersionsAsync(TestApi api)
    {
        await using var db = api.Database.OpenAll();
        return await db.Database.SqlQueryRaw<string>("SELECT ProductVersion AS Value FROM __EFMigrationsHistory ORDER BY MigrationId").ToListAsync();
    }

    /// <summary>Its dependencies, wherever they stand in the answer.</summary>
    private sealed class Ready(Answer answer)
    {
        public int Status => answer.Status;

        public string Text => answer.Text;

        public string State(string name) => (string)Of(name)["state"]!;

        public double Latency(string name) => (double)Of(name)["latency_ms"]!;

        private JsonNode Of(string name) => (answer.Status == 200 ? answer.Data : answer.Json!)["dependencies"]![name]!;
    }

    private static async Task ExecuteAsync(MySqlConnection connection, string statement)
    {
#pragma warning disable CA2100 // The statements are in this file.
        await using var command = new MySqlCommand(statement, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
