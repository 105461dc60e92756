using Microsoft.EntityFrameworkCore.Design;

namespace MultiPanel.Data;

/// <summary>For <c>dotnet ef migrations add</c>; see CONTRIBUTING.md. No database is needed.</summary>
internal sealed class MySqlDesignTime : IDesignTimeDbContextFactory<MySqlPanelDb>
{
    public MySqlPanelDb CreateDbContext(string[] args) => DatabaseUrl.TryParse("mysql://design@localhost/design", out var url, out var problem)
        ? (MySqlPanelDb)new PanelDatabase(url).OpenAll()
        : throw new InvalidOperationException(problem);
}

internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqlitePanelDb>
{
    public SqlitePanelDb CreateDbContext(string[] args) =>
        (SqlitePanelDb)new PanelDatabase(DatabaseUrl.Sqlite("design.db")).OpenAll();
}
