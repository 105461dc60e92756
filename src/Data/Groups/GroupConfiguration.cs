using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MultiPanel.Data.Groups;

/// <param name="caseless">The collation under which <c>Sales</c> and <c>sales</c> are one.</param>
internal sealed class GroupConfiguration(string caseless) : IEntityTypeConfiguration<Group>
{
    public void Configure(EntityTypeBuilder<Group> builder)
    {
        builder.HasIndex(group => new { group.CompanyId, group.Name }).IsUnique();
        builder.Property(group => group.Name).UseCollation(caseless).HasMaxLength(100);
        builder.Property(group => group.Description).HasMaxLength(1000);
    }
}
