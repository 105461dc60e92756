using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Audit;
using MultiPanel.Contracts.Auth;
using MultiPanel.Contracts.Clusters;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Orphans;
using MultiPanel.Contracts.Templates;
using MultiPanel.Contracts.Tokens;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Audit;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Companies;
using MultiPanel.Data.Conventions;
using MultiPanel.Data.Groups;
using MultiPanel.Data.Installations;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Mails;
using MultiPanel.Data.Orphans;
using MultiPanel.Data.Templates;
using MultiPanel.Data.Tokens;
using MultiPanel.Data.Users;
using MultiPanel.Data.Vms;

namespace MultiPanel.Data;

/// <summary>
/// The database: what is true. Contexts are pooled: <see cref="PanelDatabase"/> gives each lease its scope, and a lease that
/// ended has none, so that no query runs in the scope of the one before. <see cref="TenantFilters"/> limits a company to its rows.
/// </summary>
public abstract class PanelDb(DbContextOptions options) : DbContext(options)
{
    private CallerScope? scope;

    /// <exception cref="InvalidOperationException">The context was given back to its pool.</exception>
    public CallerScope Scope => scope ?? throw new InvalidOperationException("This context was disposed and has no caller; open another one.");

    /// <summary>The context belongs to one company, by a type of its own: its model, its compiled queries and its pool are not those of the workers.</summary>
    protected virtual bool IsTenant => false;

    public DbSet<Company> Companies => Set<Company>();

    public DbSet<User> Users => Set<User>();

    public DbSet<Group> Groups => Set<Group>();

    public DbSet<GroupMember> GroupMembers => Set<GroupMember>();

    public DbSet<Cluster> Clusters => Set<Cluster>();

    public DbSet<Vm> Vms => Set<Vm>();

    public DbSet<Template> Templates => Set<Template>();

    public DbSet<Job> Jobs => Set<Job>();

    public DbSet<IdempotencyKey> IdempotencyKeys => Set<IdempotencyKey>();

    public DbSet<Orphan> Orphans => Set<Orphan>();

    public DbSet<LoginSession> LoginSessions => Set<LoginSession>();

    public DbSet<ApiToken> ApiTokens => Set<ApiToken>();

    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    public DbSet<Mail> Mails => Set<Mail>();

    public DbSet<Installation> Installations => Set<Installation>();

    /// <summary>Holds the company's row until the transaction ends: who counts what a company has counts alone.</summary>
    /// <returns>Null: it is not there.</returns>
    public abstract Task<Company?> LockCompanyAsync(int id, CancellationToken cancellation);

    /// <summary>Holds all companies' rows until the transaction ends: who compares one with all others compares alone.</summary>
    public abstract Task<IReadOnlyList<Company>> LockCompaniesAsync(CancellationToken cancellation);

    /// <summary>Holds the rows of the active super admins until the transaction ends.</summary>
    public abstract Task<IReadOnlyList<int>> LockSuperAdminsAsync(CancellationToken cancellation);

    /// <summary>Holds the user's row until the transaction ends, so that a sign-in and a change of its password come one after the other.</summary>
    /// <returns>As it is now, to be changed, unless this context has read it before; null: it is not there.</returns>
    public abstract Task<User?> LockUserAsync(int id, CancellationToken cancellation);

    public override void Dispose()
    {
        scope = null; // before the pool may hand the context to the next caller
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    public override async ValueTask DisposeAsync()
    {
        scope = null;
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Begins a lease. No save in a transaction gets a savepoint: one that fails ends its transaction, or was of a single row.</summary>
    internal void Lease(CallerScope caller)
    {
        scope = caller;
        Database.AutoSavepointsEnabled = false;
    }

    /// <summary>Under which <c>Anna</c> and <c>anna</c> are one.</summary>
    protected abstract string CaselessCollation { get; }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTime>().HaveConversion<UtcColumn>();
        configurationBuilder.Properties<string>().HaveMaxLength(255);
        configurationBuilder.Properties<Role>().HaveConversion<EnumWord<Role>>().HaveMaxLength(20);
        configurationBuilder.Properties<UserStatus>().HaveConversion<EnumWord<UserStatus>>().HaveMaxLength(20);
        configurationBuilder.Properties<ClusterAuth>().HaveConversion<EnumWord<ClusterAuth>>().HaveMaxLength(20);
        configurationBuilder.Properties<VmStatus>().HaveConversion<EnumWord<VmStatus>>().HaveMaxLength(20);
        configurationBuilder.Properties<TemplateStatus>().HaveConversion<EnumWord<TemplateStatus>>().HaveMaxLength(20);
        configurationBuilder.Properties<JobStatus>().HaveConversion<EnumWord<JobStatus>>().HaveMaxLength(20);
        configurationBuilder.Properties<OrphanKind>().HaveConversion<EnumWord<OrphanKind>>().HaveMaxLength(20);
        configurationBuilder.Properties<TokenScope>().HaveConversion<EnumWord<TokenScope>>().HaveMaxLength(20);
        configurationBuilder.Properties<AuditResult>().HaveConversion<EnumWord<AuditResult>>().HaveMaxLength(20);
        configurationBuilder.Properties<MailKind>().HaveConversion<EnumWord<MailKind>>().HaveMaxLength(20);
        configurationBuilder.Properties<JobPriority>().HaveConversion<EnumWord<JobPriority>>().HaveMaxLength(20);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfiguration(new CompanyConfiguration());
        modelBuilder.ApplyConfiguration(new UserConfiguration(CaselessCollation));
        modelBuilder.ApplyConfiguration(new GroupConfiguration(CaselessCollation));
        modelBuilder.ApplyConfiguration(new GroupMemberConfiguration());
        modelBuilder.ApplyConfiguration(new ClusterConfiguration());
        modelBuilder.ApplyConfiguration(new VmConfiguration());
        modelBuilder.ApplyConfiguration(new TemplateConfiguration());
        modelBuilder.ApplyConfiguration(new JobConfiguration());
        modelBuilder.ApplyConfiguration(new IdempotencyKeyConfiguration());
        modelBuilder.ApplyConfiguration(new OrphanConfiguration());
        modelBuilder.ApplyConfiguration(new InstallationConfiguration());
        modelBuilder.ApplyConfiguration(new LoginSessionConfiguration());
        modelBuilder.ApplyConfiguration(new ApiTokenConfiguration());
        modelBuilder.ApplyConfiguration(new AuditEntryConfiguration());
        modelBuilder.ApplyConfiguration(new MailConfiguration());
        modelBuilder.UseSnakeCaseNames();
        if (IsTenant)
        {
            TenantFilters.Apply(modelBuilder, this);
        }
    }
}
