using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MultiPanel.Data.Jobs;

internal sealed class IdempotencyKeyConfiguration : IEntityTypeConfiguration<IdempotencyKey>
{
    public void Configure(EntityTypeBuilder<IdempotencyKey> builder)
    {
        builder.HasKey(key => new { key.UserId, key.Key });
        builder.HasIndex(key => key.CreatedAt);
        builder.Property(key => key.Key).HasMaxLength(64);
        builder.Property(key => key.Fingerprint).HasMaxLength(64);
    }
}
