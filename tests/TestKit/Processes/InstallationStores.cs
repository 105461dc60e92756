using System.Text;
using Microsoft.EntityFrameworkCore;
using MySqlConnector;
using StackExchange.Redis;

namespace MultiPanel.TestKit.Processes;

/// <summary>Everything that an installation has written into its stores, as text.</summary>
public static class InstallationStores
{
    public static async Task<IReadOnlyList<Guid>> JobsAsync(this Installation installation)
    {
        await using var db = installation.Database.OpenAll();
        return await db.Jobs.Select(job => job.Id).ToListAsync();
    }

    /// <summary>Adds each table, all rows and columns of it.</summary>
    public static async Task ReadDatabaseAsync(Installation installation, Dictionary<string, string> places)
    {
        await using var db = installation.Database.OpenAll();
        var connection = (MySqlConnection)db.Database.GetDbConnection();
        await connection.OpenAsync();
        var tables = await TextAsync(connection, "SHOW TABLES");
        foreach (var table in tables.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            places[$"table {table}"] = await TextAsync(connection, $"SELECT * FROM `{table}`");
        }
    }

    /// <summary>Adds each key, whatever its type.</summary>
    public static async Task ReadRedisAsync(Installation installation, Dictionary<string, string> places)
    {
        await using var connection = await installation.Redis.ConnectAsync();
        var redis = connection.GetDatabase();
        await foreach (var key in connection.GetServer(installation.Redis.Address).KeysAsync())
        {
            places[$"redis {key}"] = await redis.KeyTypeAsync(key) switch
            {
                RedisType.Hash => string.Join('\n', await redis.HashGetAllAsync(key)),
                RedisType.List => string.Join('\n', await redis.ListRangeAsync(key)),
                RedisType.Set => string.Join('\n', await redis.SetMembersAsync(key)),
                RedisType.SortedSet => string.Join('\n', await redis.SortedSetRangeByRankAsync(key)),
                RedisType.String => $"{await redis.StringGetAsync(key)}",
                RedisType.None => "",
                var other => throw new NotSupportedException($"{key} is a {other}, which nothing here reads."),
            };
        }
    }

    private static async Task<string> TextAsync(MySqlConnection connection, string query)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The names are the server's own.
        command.CommandText = query;
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync();
        var text = new StringBuilder();
        while (await reader.ReadAsync())
        {
            for (var column = 0; column < reader.FieldCount; column++)
            {
                text.Append(reader.GetValue(column)).Append(column + 1 < reader.FieldCount ? '\t' : '\n');
            }
        }

        return text.ToString();
    }
}
