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
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Mails;
using MultiPanel.Data.Orphans;
using MultiPanel.Data.Templates;
using MultiPanel.Data.Tokens;
using MultiPanel.Data.Users;
using MultiPanel.Data.Vms;

namespace MultiPanel.Data;

/// <summary>
/// What is true. The query filters below are the one place where a company is kept to its own rows; they apply to
/// every query of a context made for that company (<see cref="Scope"/>).
/// </summary>
public abstract class PanelDb(DbContextOptions options, CallerScope scope) : DbContext(options)
{
    public CallerScope Scope { get; } = scope;

    public DbSet<Company> Companies => Set<Company>();

    public DbSet<User> Users => Set<User>();

    public DbSet<Cluster> Clusters => Set<Cluster>();

    public DbSet<Vm> Vms => Set<Vm>();

    public DbSet<Template> Templates => Set<Template>();

    public DbSet<Job> Jobs => Set<Job>();

    public DbSet<JobHistory> JobHistories => Set<JobHistory>();

    public DbSet<IdempotencyKey> IdempotencyKeys => Set<IdempotencyKey>();

    public DbSet<Orphan> Orphans => Set<Orphan>();

    public DbSet<LoginSession> LoginSessions => Set<LoginSession>();

    public DbSet<ApiToken> ApiTokens => Set<ApiToken>();

    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    public DbSet<Mail> Mails => Set<Mail>();

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

    /// <summary>Under which <c>Anna</c> and <c>anna</c> are one.</summary>
    protected abstract string CaselessCollation { get; }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTime>().HaveConversion<UtcTime>();
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
        modelBuilder.Entity<Company>(company =>
        {
            company.HasIndex(c => c.Name).IsUnique();
            company.HasQueryFilter(c => Scope.All || c.Id == Scope.CompanyId);
        });
        modelBuilder.Entity<User>(user =>
        {
            user.HasIndex(u => u.Username).IsUnique();
            user.HasIndex(u => u.Email).IsUnique();
            user.Property(u => u.Username).UseCollation(CaselessCollation);
            user.Property(u => u.Email).UseCollation(CaselessCollation);
            user.HasIndex(u => u.PasswordLinkHash).IsUnique();
            user.Property(u => u.PasswordLinkHash).HasMaxLength(64);
            user.Property(u => u.MailFailedJobs).HasDefaultValue(true).HasSentinel(true);
            user.HasQueryFilter(u => Scope.All || u.CompanyId == Scope.CompanyId);
        });
        modelBuilder.Entity<Cluster>(cluster =>
        {
            cluster.HasIndex(c => c.Name).IsUnique();
            cluster.Property(c => c.Endpoints).HasJson().HasMaxLength(4000);
            cluster.Property(c => c.Limits).HasJson().HasMaxLength(int.MaxValue); // a row of MariaDB holds 64 KiB of varchar
            cluster.Property(c => c.SealedSecret).HasMaxLength(4000);
            cluster.Property(c => c.Fingerprint).HasMaxLength(4000); // one a node, where each has a certificate of its own
            cluster.HasQueryFilter(c => Scope.All || c.CompanyId == null || c.CompanyId == Scope.CompanyId);
        });
        modelBuilder.Entity<Vm>(vm =>
        {
            vm.HasIndex(v => new { v.ClusterId, v.Vmid }).IsUnique();
            vm.HasIndex(v => new { v.CompanyId, v.Id });
            vm.Property(v => v.Tags).HasJson().HasMaxLength(4000);
            vm.Property(v => v.Addresses).HasJson().HasMaxLength(4000);
            vm.Property(v => v.Disks).HasJson().HasMaxLength(4000);
            vm.HasQueryFilter(v => Scope.All || v.CompanyId == Scope.CompanyId);
        });
        modelBuilder.Entity<Template>(template =>
        {
            template.HasIndex(t => new { t.ClusterId, t.Vmid, t.CompanyId }).IsUnique();
            template.Property(t => t.Disks).HasJson().HasMaxLength(4000);
            // A shared template of a cluster that is one company's is that company's alone.
            template.HasQueryFilter(t => Scope.All || ((t.CompanyId == null || t.CompanyId == Scope.CompanyId)
                && Clusters.Any(c => c.Id == t.ClusterId && (c.CompanyId == null || c.CompanyId == Scope.CompanyId))));
        });
        modelBuilder.Entity<Job>(job =>
        {
            job.HasIndex(j => new { j.CompanyId, j.Id });
            job.HasIndex(j => new { j.Status, j.Id });
            job.HasIndex(j => new { j.TargetType, j.TargetId });
            job.HasIndex(j => j.ParentId);
            job.HasIndex(j => j.FinishedAt);
            job.Property(j => j.Cancellable).HasDefaultValue(true).HasSentinel(true);
            job.Property(j => j.Revision).IsConcurrencyToken();
            job.Ignore(j => j.IsFinal);
            job.Property(j => j.Slot).HasMaxLength(1000);
            job.Property(j => j.Message).HasMaxLength(4000);
            job.Property(j => j.Command).HasMaxLength(int.MaxValue);
            job.Property(j => j.Steps).HasJson().HasMaxLength(int.MaxValue);
            job.Property(j => j.Error).HasJson().HasMaxLength(int.MaxValue);
            job.HasQueryFilter(j => Scope.All || j.CompanyId == Scope.CompanyId);
        });
        modelBuilder.Entity<JobHistory>(history =>
        {
            history.HasKey(h => new { h.JobId, h.Attempt });
            history.Property(h => h.Attempt).HasDefaultValue(1);
            history.Property(h => h.Events).HasMaxLength(int.MaxValue);
        });
        modelBuilder.Entity<IdempotencyKey>(key =>
        {
            key.HasKey(k => new { k.UserId, k.Key });
            key.HasIndex(k => k.CreatedAt);
            key.Property(k => k.Key).HasMaxLength(64);
            key.Property(k => k.Fingerprint).HasMaxLength(64);
        });
        modelBuilder.Entity<Orphan>(orphan =>
        {
            orphan.HasIndex(o => new { o.ClusterId, o.Vmid }).IsUnique();
            orphan.Property(o => o.Message).HasMaxLength(1000);
            orphan.HasQueryFilter(o => Scope.All || o.CompanyId == Scope.CompanyId);
        });
        modelBuilder.Entity<LoginSession>(session =>
        {
            session.HasIndex(s => s.UserId);
            session.HasIndex(s => s.ExpiresAt);
            session.Property(s => s.TokenHash).HasMaxLength(64);
        });
        modelBuilder.Entity<ApiToken>(token =>
        {
            token.HasIndex(t => t.Hash).IsUnique();
            token.HasIndex(t => t.UserId);
            token.Property(t => t.Hash).HasMaxLength(64);
            token.Property(t => t.Prefix).HasMaxLength(20);
            token.HasQueryFilter(t => Scope.All || t.CompanyId == Scope.CompanyId);
        });
        modelBuilder.Entity<AuditEntry>(entry =>
        {
            entry.HasIndex(e => new { e.CompanyId, e.Id });
            entry.HasIndex(e => new { e.UserId, e.Id });
            entry.HasIndex(e => e.JobId);
            entry.Property(e => e.Changed).HasJson().HasMaxLength(1000);
            entry.HasIndex(e => e.At);
            entry.HasQueryFilter(e => Scope.All || e.CompanyId == Scope.CompanyId);
        });
        modelBuilder.Entity<Mail>(mail =>
        {
            mail.HasIndex(m => m.DueAt);
            mail.HasIndex(m => m.UserId);
        });
        modelBuilder.UseSnakeCaseNames();
    }
}
