using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace MultiPanel.Data.Tests.Queries;

/// <summary>Each hot query finds its rows by an index. Without statistics, SQLite's plans do not depend on what the tables hold.</summary>
public sealed partial class QueryPlanTests
{
    private readonly StatementLog log = new();
    private PanelDatabase database = null!;

    [OneTimeSetUp]
    public async Task SowAsync()
    {
        database = new PanelDatabase(DatabaseUrl.Sqlite(Path.Combine(Directory.CreateTempSubdirectory().FullName, "panel.db")), log);
        await database.MigrateAsync();
        await using var db = database.OpenAll();
        await ManyJobs.SowAsync(db, 6_000);
        Assert.That(await db.Database.SqlQueryRaw<int>("SELECT COUNT(*) AS Value FROM sqlite_master WHERE name = 'sqlite_stat1'").SingleAsync(), Is.Zero);
    }

    [TestCaseSource(typeof(HotQueries), nameof(HotQueries.All))]
    public async Task It_reads_by_an_index(object hot)
    {
        var query = (HotQuery)hot;
        await using var db = database.Open(query.Company is { } company ? CallerScope.Of(company) : CallerScope.Everything);
        log.Statements.Clear();
        await query.RunAsync(db);

        var statements = log.Statements.Where(statement => statement.Text.Contains("\"jobs\"", StringComparison.Ordinal)).ToList();
        Assert.That(statements, Is.Not.Empty);
        var plan = await PlanAsync(db, statements[0].Text, statements[0].Parameters);
        var text = string.Join(Environment.NewLine, [statements[0].Text, .. plan]);
        var aliases = Alias().Matches(statements[0].Text).Select(match => match.Groups[1].Value).ToHashSet();
        var reads = plan.Where(step => step.Split(' ') is ["SCAN" or "SEARCH", var alias, ..] && aliases.Contains(alias)).ToList();

        Assert.That(reads, Is.Not.Empty.And.All.Matches<string>(read => query.Index.Split('|').Any(index => read.Contains(index, StringComparison.Ordinal))), text);
        Assert.That(reads.Where(step => step.StartsWith("SCAN", StringComparison.Ordinal)), Is.Empty, text);
        if (!query.Sorted && reads.Count == 1)
        {
            Assert.That(plan, Has.None.Contains("TEMP B-TREE"), text);
        }
    }

    private static async Task<IReadOnlyList<string>> PlanAsync(PanelDb db, string text, IReadOnlyList<(string Name, object? Value)> parameters)
    {
        await db.Database.OpenConnectionAsync();
        await using var command = ((SqliteConnection)db.Database.GetDbConnection()).CreateCommand();
        command.CommandText = $"EXPLAIN QUERY PLAN {text}";
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        var plan = new List<string>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            plan.Add(reader.GetString(3));
        }

        return plan;
    }

    [GeneratedRegex("\"jobs\" AS \"(\\w+)\"")]
    private static partial Regex Alias();
}
