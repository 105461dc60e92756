using System.Globalization;

namespace MultiPanel.Data.Companies;

/// <summary>Which of a company's limits a larger usage would break.</summary>
public static class QuotaLimits
{
    public static bool HasQuota(this Company company) => company is not { MaxVms: null, MaxVcpus: null, MaxMemoryMb: null, MaxDiskGb: null };

    /// <param name="used">What it has, or has promised to jobs under way.</param>
    /// <param name="then">What it would have.</param>
    /// <returns>A sentence for each limit; empty: it fits.</returns>
    public static IReadOnlyList<string> Exceeded(this Company company, Usage used, Usage then) =>
    [
        .. new[]
        {
            Exceeded("max_vms", " VMs", used.Vms, then.Vms, company.MaxVms),
            Exceeded("max_vcpus", " vCPUs", used.Vcpus, then.Vcpus, company.MaxVcpus),
            Exceeded("max_memory_mb", " MiB of memory", used.MemoryMb, then.MemoryMb, company.MaxMemoryMb),
            Exceeded("max_disk_gb", " GiB of disk", used.DiskGb, then.DiskGb, company.MaxDiskGb),
        }.OfType<string>(),
    ];

    private static string? Exceeded(string limit, string unit, double used, double then, int? most) => then > most && then > used
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"The quota {limit} is {most}{unit}: {used:0.##} are in use or promised to jobs under way, and this needs {then - used:0.##} more.")
        : null;
}
