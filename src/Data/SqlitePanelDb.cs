using Microsoft.EntityFrameworkCore;

namespace MultiPanel.Data;

/// <summary>On SQLite: the embedded default, and sites with one machine.</summary>
public sealed class SqlitePanelDb(DbContextOptions<SqlitePanelDb> options, CallerScope scope) : PanelDb(options, scope);
