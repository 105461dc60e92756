using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MultiPanel.Data.Conventions;

namespace MultiPanel.Data.Jobs;

internal sealed class JobConfiguration : IEntityTypeConfiguration<Job>
{
    public void Configure(EntityTypeBuilder<Job> builder)
    {
        // Lists, newest first, by each filter with and without a company; a kind is always read status by status (JobFilter).
        builder.HasIndex(job => new { job.CompanyId, job.Id });
        builder.HasIndex(job => new { job.Status, job.Id });
        builder.HasIndex(job => new { job.CompanyId, job.Status, job.Id });
        builder.HasIndex(job => new { job.Kind, job.Status, job.Id });
        builder.HasIndex(job => new { job.CompanyId, job.Kind, job.Status, job.Id });
        // What one target has open, and its list: no longer than the history of one VM.
        builder.HasIndex(job => new { job.TargetId, job.TargetType, job.FinishedAt });
        // The open clones of one VM.
        builder.HasIndex(job => new { job.SourceId, job.FinishedAt });
        // How the children of a bulk job stand.
        builder.HasIndex(job => new { job.ParentId, job.Status });
        // All that is open (null), in the order of age; what ended since; what is old enough to be deleted.
        builder.HasIndex(job => new { job.FinishedAt, job.Id });
        // The slots that a cluster's running jobs hold.
        builder.HasIndex(job => new { job.ClusterId, job.Status });
        // What is to be sent: counted four times a second without reading a row.
        builder.HasIndex(job => new { job.Status, job.DispatchedAt, job.CompanyId, job.ClusterId, job.Priority, job.QueuedAt }).HasDatabaseName("ix_jobs_backlog");
        // What quotas count beside the VMs' rows: open jobs that make something larger.
        builder.HasIndex(job => new { job.CompanyId, job.GrowsTo });
        builder.Property(job => job.Cancellable).HasDefaultValue(true).ValueGeneratedNever();
        builder.Property(job => job.Revision).IsConcurrencyToken();
        builder.Ignore(job => job.IsFinal);
        builder.Property(job => job.Slot).HasMaxLength(1000);
        builder.Property(job => job.Message).HasMaxLength(4000);
        builder.Property(job => job.Command).HasMaxLength(int.MaxValue);
        builder.Property(job => job.GrowsTo).HasJson().HasMaxLength(300);
        builder.Property(job => job.Steps).HasJson().HasMaxLength(int.MaxValue);
        builder.Property(job => job.Error).HasJson().HasMaxLength(int.MaxValue);
    }
}
