using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MySqlConnector;

namespace MultiPanel.Bench.Rivals;

/// <summary>
/// The least that a durable accept costs with these means: <c>MultiPanel.Bench plain-insert CONNECTION PORT</c> answers a
/// command with 202 after one INSERT into the same MariaDB, and checks nothing. What it has accepted is not worked on.
/// </summary>
internal static class PlainInsert
{
    public static async Task<int> RunAsync(string connection, string port)
    {
        await using var database = new MySqlDataSource(connection);
        await using (var table = database.CreateCommand("CREATE TABLE IF NOT EXISTS plain_jobs (id CHAR(36) PRIMARY KEY, kind VARCHAR(255), target INT, command TEXT, created_at DATETIME(6))"))
        {
            await table.ExecuteNonQueryAsync();
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var app = builder.Build();
        app.MapPost("/api/vms/{id:int}/{action}", async (int id, string action) =>
        {
            var job = Guid.CreateVersion7();
            await using var insert = database.CreateCommand("INSERT INTO plain_jobs VALUES (@id, @kind, @target, @command, UTC_TIMESTAMP(6))");
            insert.Parameters.Add(new MySqlParameter("@id", job.ToString()));
            insert.Parameters.Add(new MySqlParameter("@kind", $"vm.{action}"));
            insert.Parameters.Add(new MySqlParameter("@target", id));
            insert.Parameters.Add(new MySqlParameter("@command", "{\"action\":\"start\"}"));
            await insert.ExecuteNonQueryAsync();
            return Results.Accepted($"/api/jobs/{job}");
        });
        await app.RunAsync();
        return 0;
    }
}
