using Microsoft.EntityFrameworkCore;
using MultiPanel.Data.Companies;
using MultiPanel.Data.Users;

namespace MultiPanel.Data;

/// <summary>On MySQL 8 or MariaDB 10.6+.</summary>
public class MySqlPanelDb(DbContextOptions options) : PanelDb(options)
{
    protected override string CaselessCollation => "utf8mb4_general_ci";

    public override async Task<Company?> LockCompanyAsync(int id, CancellationToken cancellation) =>
        (await Companies.FromSql($"SELECT * FROM companies WHERE id = {id} FOR UPDATE")
            .IgnoreQueryFilters().AsNoTracking().ToListAsync(cancellation)).SingleOrDefault();

    public override async Task<IReadOnlyList<Company>> LockCompaniesAsync(CancellationToken cancellation) =>
        await Companies.FromSql($"SELECT * FROM companies FOR UPDATE").IgnoreQueryFilters().AsNoTracking().ToListAsync(cancellation);

    public override async Task<IReadOnlyList<int>> LockSuperAdminsAsync(CancellationToken cancellation) =>
        [.. (await Users.FromSql($"SELECT * FROM users WHERE role = 'super_admin' AND status = 'active' FOR UPDATE")
            .IgnoreQueryFilters().AsNoTracking().ToListAsync(cancellation)).Select(user => user.Id)];

    public override async Task<User?> LockUserAsync(int id, CancellationToken cancellation) =>
        (await Users.FromSql($"SELECT * FROM users WHERE id = {id} FOR UPDATE").IgnoreQueryFilters().ToListAsync(cancellation)).SingleOrDefault();
}

/// <summary>The same for one company's callers.</summary>
public sealed class MySqlTenantDb(DbContextOptions<MySqlTenantDb> options) : MySqlPanelDb(options)
{
    protected override bool IsTenant => true;
}
