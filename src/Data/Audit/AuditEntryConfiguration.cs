using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MultiPanel.Data.Conventions;

namespace MultiPanel.Data.Audit;

internal sealed class AuditEntryConfiguration : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.HasIndex(entry => new { entry.CompanyId, entry.Id });
        builder.HasIndex(entry => new { entry.UserId, entry.Id });
        builder.HasIndex(entry => entry.JobId);
        builder.HasIndex(entry => entry.At);
        builder.Property(entry => entry.Changed).HasJson().HasMaxLength(1000);
    }
}
