using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MultiPanel.Bench.Counters;
using MySqlConnector;

namespace MultiPanel.Bench.Stack;

/// <summary>A program that accepts commands over HTTP, as the panel does.</summary>
internal sealed class WebRival(HostProcess process, Uri address, string token) : IAsyncDisposable
{
    public int ProcessId => process.Id;

    public Uri Address => address;

    public string Token => token;

    /// <summary>
    /// BullMQ behind a web server. Its Redis appends every write to a file and syncs that each second, which loses what our
    /// MariaDB would lose too (<c>innodb_flush_log_at_trx_commit=2</c>, <c>ops/lib/mariadb</c>): at most a second, of a machine, not of a process.
    /// </summary>
    public static async Task<WebRival> BullMqAsync(Surroundings surroundings, CancellationToken stopping)
    {
        await using var redis = new RedisServer(surroundings.RivalRedis);
        await redis.ResetAsync(keeps: true);
        var secret = RandomNumberGenerator.GetHexString(64);
        var port = FreePort.Next();
        var config = JsonSerializer.Serialize(new { redis = surroundings.RivalRedis, port, secret });
        return await StartAsync(surroundings, "bullmq", ["node", Path.Combine(surroundings.Rivals, "accept.mjs"), config], port, Jwt(secret), stopping);
    }

    /// <inheritdoc cref="Rivals.PlainInsert"/>
    public static Task<WebRival> PlainInsertAsync(Surroundings surroundings, Database database, CancellationToken stopping)
    {
        var port = FreePort.Next();
        var own = Path.Combine(AppContext.BaseDirectory, "MultiPanel.Bench.dll");
        var connection = new MySqlConnectionStringBuilder(database.ConnectionString) { Pooling = true, ConnectionReset = false, Database = database.Name };
        return StartAsync(
            surroundings, "plain-insert", ["dotnet", own, "plain-insert", connection.ConnectionString, port.ToString(CultureInfo.InvariantCulture)], port, "none", stopping);
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private static async Task<WebRival> StartAsync(
        Surroundings surroundings, string name, IReadOnlyList<string> command, int port, string token, CancellationToken stopping)
    {
        var process = HostProcess.Start(surroundings, name, command, new Dictionary<string, string> { ["NODE_ENV"] = "production" });
        var rival = new WebRival(process, new Uri($"http://127.0.0.1:{port}"), token);
        using var http = new HttpClient { BaseAddress = rival.Address };
        await Wait.UntilAsync(() => AnswersAsync(process, http, stopping), $"Starting {name}", TimeSpan.FromMinutes(1), stopping);
        return rival;
    }

    private static async Task<bool> AnswersAsync(HostProcess process, HttpClient http, CancellationToken stopping)
    {
        process.MustRun();
        try
        {
            using var answer = await http.GetAsync("/", stopping);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static string Jwt(string secret)
    {
        var claims = new { sub = "1", username = "admin", role = "super_admin", exp = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds() };
        var signed = $"{Text(JsonSerializer.SerializeToUtf8Bytes(new { alg = "HS256", typ = "JWT" }))}.{Text(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        return $"{signed}.{Text(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Text(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
