using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MultiPanel.Data.Jobs;

internal sealed class JobHistoryConfiguration : IEntityTypeConfiguration<JobHistory>
{
    public void Configure(EntityTypeBuilder<JobHistory> builder)
    {
        builder.HasKey(history => new { history.JobId, history.Attempt });
        builder.Property(history => history.Attempt).HasDefaultValue(1);
        builder.Property(history => history.Events).HasMaxLength(int.MaxValue);
    }
}
