using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Http;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Tokens;

namespace MultiPanel.Data.Tests;

/// <summary>A stored time without an offset is UTC, on a server in Berlin too.</summary>
[NonParallelizable]
public sealed class UtcTimeTests
{
    private static readonly DateTime Noon = new(2026, 7, 1, 12, 0, 0, DateTimeKind.Utc);

    /// <summary>Where time zones are, and a conversion of an Unspecified time is allowed.</summary>
    private static readonly string[] MayConvert = ["UtcTime.cs", "RedisScheduleMessageProvider.cs"];

    private string? zone;

    [OneTimeSetUp]
    public void MoveToBerlin()
    {
        zone = Environment.GetEnvironmentVariable("TZ");
        Move("Europe/Berlin");
        Assume.That(TimeZoneInfo.Local.BaseUtcOffset, Is.EqualTo(TimeSpan.FromHours(1)), "needs the package tzdata");
    }

    [OneTimeTearDown]
    public void MoveBack() => Move(zone);

    [TestCase("2026-07-01T12:00:00", false, Description = "as it was stored; a caller must say which time zone is meant")]
    [TestCase("2026-07-01T12:00:00Z", true)]
    [TestCase("2026-07-01T14:00:00+02:00", true)]
    public void Every_way_in_reads_the_same_time(string text, bool isTaken)
    {
        Assert.That(UtcTime.TryParse(text, out var query), Is.EqualTo(isTaken));
        query = isTaken ? query : Noon;
        var token = JsonSerializer.Deserialize<CreateTokenRequest>($$"""{"name": "x", "expires_at": "{{text}}"}""", ContractJson.Options)!;
        var retry = JsonSerializer.Deserialize<RetryRequest>($$"""{"since": "{{text}}"}""", ContractJson.Options)!;

        foreach (var time in new[] { query, token.ExpiresAt!.Value, retry.Since!.Value })
        {
            Assert.That((time, time.Kind), Is.EqualTo((Noon, DateTimeKind.Utc)));
        }
    }

    [Test]
    public async Task A_column_takes_it_the_same_way()
    {
        var database = new PanelDatabase(DatabaseUrl.Sqlite(Path.Combine(Directory.CreateTempSubdirectory().FullName, "panel.db")));
        await database.MigrateAsync();
        await using var db = database.OpenAll();
        var company = new Companies.Company { Name = "Berlin", CreatedAt = DateTime.SpecifyKind(Noon, DateTimeKind.Unspecified) };
        db.Companies.Add(company);
        await db.SaveChangesAsync();

        var read = await db.Companies.AsNoTracking().Select(row => row.CreatedAt).SingleAsync();
        Assert.That((read, read.Kind), Is.EqualTo((Noon, DateTimeKind.Utc)));
    }

    [Test]
    public void Nothing_else_converts_to_utc()
    {
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "MultiPanel.sln")))
        {
            folder = folder.Parent;
        }

        var others = Directory.EnumerateFiles(Path.Combine(folder.FullName, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !MayConvert.Contains(Path.GetFileName(file)) && File.ReadAllText(file).Contains("ToUniversalTime(", StringComparison.Ordinal));
        Assert.That(others, Is.Empty, "use UtcTime.Of");
    }

    private static void Move(string? zone)
    {
        Environment.SetEnvironmentVariable("TZ", zone);
        TimeZoneInfo.ClearCachedData();
    }
}
