using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MultiPanel.Data.Conventions;

namespace MultiPanel.Data.Companies;

internal sealed class CompanyConfiguration : IEntityTypeConfiguration<Company>
{
    public void Configure(EntityTypeBuilder<Company> builder)
    {
        builder.HasIndex(company => company.Name).IsUnique();
        builder.Property(company => company.Pools).HasJson().HasMaxLength(int.MaxValue);
    }
}
