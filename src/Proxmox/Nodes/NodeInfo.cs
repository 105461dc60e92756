using System.Text.Json;
using MultiPanel.Proxmox.Http;

namespace MultiPanel.Proxmox.Nodes;

/// <summary>A node in the list of nodes. Sizes are bytes; offline ones have few values.</summary>
/// <param name="Cpu">Share of <paramref name="MaxCpu"/>, 0 to 1.</param>
/// <param name="SslFingerprint">SHA-256 of its certificate, as the cluster knows it.</param>
public sealed record NodeInfo(
    string Node,
    bool Online,
    double? Cpu,
    int? MaxCpu,
    long? Mem,
    long? MaxMem,
    long? Disk,
    long? MaxDisk,
    TimeSpan? Uptime,
    string? SslFingerprint)
{
    internal static NodeInfo From(JsonElement row) => new(
        row.Text("node") ?? "",
        row.Text("status") == "online",
        row.Double("cpu"),
        row.Int("maxcpu"),
        row.Long("mem"),
        row.Long("maxmem"),
        row.Long("disk"),
        row.Long("maxdisk"),
        row.Seconds("uptime"),
        row.Text("ssl_fingerprint"));
}
