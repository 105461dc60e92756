using System.Globalization;
using System.Text.Json;
using MultiPanel.Proxmox.Http;

namespace MultiPanel.Proxmox.Nodes;

/// <summary>A node in detail. Sizes are bytes.</summary>
/// <param name="PveVersion">As in <c>pve-manager/9.1.8/…</c>.</param>
/// <param name="Cpu">Share of <paramref name="Cpus"/>, 0 to 1.</param>
/// <param name="LoadAverage">Over 1, 5 and 15 minutes.</param>
public sealed record NodeStatus(
    string? PveVersion,
    string? Kernel,
    string? CpuModel,
    int? Cpus,
    double? Cpu,
    IReadOnlyList<double> LoadAverage,
    long? MemoryTotal,
    long? MemoryUsed,
    long? RootTotal,
    long? RootUsed,
    TimeSpan? Uptime)
{
    internal static NodeStatus From(JsonElement data) => new(
        data.Text("pveversion"),
        data.Text("kversion"),
        data.Field("cpuinfo").Text("model"),
        data.Field("cpuinfo").Int("cpus"),
        data.Double("cpu"),
        [.. data.Field("loadavg").Rows().Select(load => double.Parse(load.Scalar() ?? "0", CultureInfo.InvariantCulture))],
        data.Field("memory").Long("total"),
        data.Field("memory").Long("used"),
        data.Field("rootfs").Long("total"),
        data.Field("rootfs").Long("used"),
        data.Seconds("uptime"));
}
