using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MultiPanel.Data.Conventions;

namespace MultiPanel.Data.Clusters;

internal sealed class ClusterConfiguration : IEntityTypeConfiguration<Cluster>
{
    public void Configure(EntityTypeBuilder<Cluster> builder)
    {
        builder.HasIndex(cluster => cluster.Name).IsUnique();
        builder.Property(cluster => cluster.Endpoints).HasJson().HasMaxLength(4000);
        builder.Property(cluster => cluster.Nodes).HasJson().HasMaxLength(int.MaxValue);
        builder.Property(cluster => cluster.Limits).HasJson().HasMaxLength(int.MaxValue); // a row of MariaDB holds 64 KiB of varchar
        builder.Property(cluster => cluster.SealedSecret).HasMaxLength(4000);
        builder.Property(cluster => cluster.Fingerprint).HasMaxLength(4000); // one a node, where each has a certificate of its own
    }
}
