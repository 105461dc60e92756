using MultiPanel.Contracts.Companies;
using MultiPanel.Data.Companies;

namespace MultiPanel.Api.Companies;

internal static class CompanyViewMapping
{
    public static CompanyView ToView(this Company company) => new()
    {
        Id = company.Id,
        Name = company.Name,
        MaxVms = company.MaxVms,
        MaxVcpus = company.MaxVcpus,
        MaxMemoryMb = company.MaxMemoryMb,
        MaxDiskGb = company.MaxDiskGb,
        MaxDesktops = company.MaxDesktops,
        VmidFrom = company.VmidFrom,
        VmidTo = company.VmidTo,
        Pools = company.Pools ?? [],
        CreatedAt = company.CreatedAt,
    };

    public static UsageView ToView(this Usage usage, Company company) => new()
    {
        Vms = new UsageLine(usage.Vms, company.MaxVms),
        Vcpus = new UsageLine(usage.Vcpus, company.MaxVcpus),
        MemoryMb = new UsageLine(usage.MemoryMb, company.MaxMemoryMb),
        DiskGb = new UsageLine(Math.Round(usage.DiskGb, 2), company.MaxDiskGb),
        Desktops = new UsageLine(0, company.MaxDesktops),
    };
}
