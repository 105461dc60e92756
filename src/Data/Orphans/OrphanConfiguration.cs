using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MultiPanel.Data.Orphans;

internal sealed class OrphanConfiguration : IEntityTypeConfiguration<Orphan>
{
    public void Configure(EntityTypeBuilder<Orphan> builder)
    {
        builder.HasIndex(orphan => new { orphan.ClusterId, orphan.Vmid }).IsUnique();
        builder.Property(orphan => orphan.Message).HasMaxLength(1000);
    }
}
