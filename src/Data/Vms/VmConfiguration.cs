using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using MultiPanel.Data.Conventions;

namespace MultiPanel.Data.Vms;

internal sealed class VmConfiguration : IEntityTypeConfiguration<Vm>
{
    public void Configure(EntityTypeBuilder<Vm> builder)
    {
        builder.HasIndex(vm => new { vm.ClusterId, vm.Vmid }).IsUnique();
        builder.HasIndex(vm => new { vm.CompanyId, vm.Id });
        builder.HasIndex(vm => vm.LinkedToId);
        builder.Property(vm => vm.Tags).HasJson().HasMaxLength(4000);
        builder.Property(vm => vm.Addresses).HasJson().HasMaxLength(4000);
        builder.HasIndex(vm => vm.GuestDueAt);
        builder.Property(vm => vm.Guest).HasJson().HasMaxLength(int.MaxValue);
        builder.Property(vm => vm.Config).HasJson().HasMaxLength(int.MaxValue);
        builder.Property(vm => vm.Disks).HasJson().HasMaxLength(4000);
    }
}
