using Microsoft.EntityFrameworkCore;

namespace MultiPanel.Data;

/// <summary>On MySQL 8 or MariaDB 10.6+.</summary>
public sealed class MySqlPanelDb(DbContextOptions<MySqlPanelDb> options, CallerScope scope) : PanelDb(options, scope);
