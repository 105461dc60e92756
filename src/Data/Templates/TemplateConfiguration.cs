using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MultiPanel.Data.Conventions;

namespace MultiPanel.Data.Templates;

internal sealed class TemplateConfiguration : IEntityTypeConfiguration<Template>
{
    public void Configure(EntityTypeBuilder<Template> builder)
    {
        builder.HasIndex(template => new { template.ClusterId, template.Vmid, template.CompanyId }).IsUnique();
        builder.Property(template => template.Disks).HasJson().HasMaxLength(4000);
    }
}
