using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MultiPanel.Data.Installations;

/// <summary>The installation that this database belongs to. There is one row.</summary>
public sealed class Installation
{
    public const int Only = 1;

    public int Id { get; set; }

    /// <summary>12 hexadecimal digits, drawn at the first start. VMs carry it, so that two panels on one Proxmox know whose they are.</summary>
    public required string Key { get; set; }
}

internal sealed class InstallationConfiguration : IEntityTypeConfiguration<Installation>
{
    public void Configure(EntityTypeBuilder<Installation> builder)
    {
        builder.Property(installation => installation.Id).ValueGeneratedNever();
        builder.Property(installation => installation.Key).HasMaxLength(12);
    }
}
