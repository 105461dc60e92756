using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MultiPanel.Data.Conventions;

namespace MultiPanel.Data.Jobs;

internal sealed class JobConfiguration : IEntityTypeConfiguration<Job>
{
    public void Configure(EntityTypeBuilder<Job> builder)
    {
        builder.HasIndex(job => new { job.CompanyId, job.Id });
        builder.HasIndex(job => new { job.Status, job.Id });
        builder.HasIndex(job => new { job.TargetType, job.TargetId });
        builder.HasIndex(job => job.ParentId);
        builder.HasIndex(job => job.FinishedAt);
        builder.Property(job => job.Cancellable).HasDefaultValue(true).HasSentinel(true);
        builder.Property(job => job.Revision).IsConcurrencyToken();
        builder.Ignore(job => job.IsFinal);
        builder.Property(job => job.Slot).HasMaxLength(1000);
        builder.Property(job => job.Message).HasMaxLength(4000);
        builder.Property(job => job.Command).HasMaxLength(int.MaxValue);
        builder.Property(job => job.Steps).HasJson().HasMaxLength(int.MaxValue);
        builder.Property(job => job.Error).HasJson().HasMaxLength(int.MaxValue);
    }
}
