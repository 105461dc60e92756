using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Auth;
using MultiPanel.Data.Companies;
using MultiPanel.Data.Users;

namespace MultiPanel.Data;

/// <summary>On SQLite: the embedded default, and sites with one machine. A transaction is the only writer from its begin on, so reading is locking.</summary>
public class SqlitePanelDb(DbContextOptions options) : PanelDb(options)
{
    protected override string CaselessCollation => "NOCASE";

    public override Task<Company?> LockCompanyAsync(int id, CancellationToken cancellation) =>
        Companies.IgnoreQueryFilters().AsNoTracking().SingleOrDefaultAsync(company => company.Id == id, cancellation);

    public override async Task<IReadOnlyList<Company>> LockCompaniesAsync(CancellationToken cancellation) =>
        await Companies.IgnoreQueryFilters().AsNoTracking().ToListAsync(cancellation);

    public override async Task<IReadOnlyList<int>> LockSuperAdminsAsync(CancellationToken cancellation) =>
        await Users.IgnoreQueryFilters().Where(user => user.Role == Role.SuperAdmin && user.Status == UserStatus.Active)
            .Select(user => user.Id).ToListAsync(cancellation);

    public override Task<User?> LockUserAsync(int id, CancellationToken cancellation) =>
        Users.IgnoreQueryFilters().SingleOrDefaultAsync(user => user.Id == id, cancellation);
}

/// <summary>The same for one company's callers.</summary>
public sealed class SqliteTenantDb(DbContextOptions<SqliteTenantDb> options) : SqlitePanelDb(options)
{
    protected override bool IsTenant => true;
}
