using System.Text.Json;
using MultiPanel.Proxmox.Http;

namespace MultiPanel.Proxmox.Qemu;

/// <summary>A VM as <c>status/current</c> or a node's list shows it. Sizes are bytes.</summary>
public sealed record QemuStatus
{
    public required int VmId { get; init; }

    /// <summary><c>running</c> or <c>stopped</c>. A paused VM is <c>running</c>: see <see cref="QmpStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>QEMU's own state, as in <c>running</c>, <c>paused</c>, <c>stopped</c>; null in a list.</summary>
    public string? QmpStatus { get; init; }

    public string? Name { get; init; }

    /// <summary>As in <c>suspended</c>, <c>clone</c>; null when not locked.</summary>
    public string? Lock { get; init; }

    public TimeSpan Uptime { get; init; }

    public bool Template { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public bool AgentEnabled { get; init; }

    /// <summary>HA-managed VMs are only asked to start and stop: the HA manager does it when it sees fit.</summary>
    public bool HaManaged { get; init; }

    public int? Pid { get; init; }

    /// <summary>Share of <see cref="Cpus"/>, 0 to 1.</summary>
    public double? Cpu { get; init; }

    public double? Cpus { get; init; }

    public long? Mem { get; init; }

    public long? MaxMem { get; init; }

    public long? MaxDisk { get; init; }

    public bool IsRunning => Status == "running";

    /// <summary>In place of a status that was not asked for: neither running nor stopped.</summary>
    public static QemuStatus Unasked(int vmid) => new() { VmId = vmid, Status = "unknown", Tags = [] };

    internal static QemuStatus From(JsonElement data) => new()
    {
        VmId = data.Int("vmid") ?? 0,
        Status = data.Text("status") ?? "unknown",
        QmpStatus = data.Text("qmpstatus"),
        Name = data.Text("name"),
        Lock = data.Text("lock"),
        Uptime = data.Seconds("uptime") ?? TimeSpan.Zero,
        Template = data.Flag("template"),
        Tags = data.List("tags"),
        AgentEnabled = data.Flag("agent"),
        HaManaged = data.Field("ha").Flag("managed"),
        Pid = data.Int("pid"),
        Cpu = data.Double("cpu"),
        Cpus = data.Double("cpus"),
        Mem = data.Long("mem"),
        MaxMem = data.Long("maxmem"),
        MaxDisk = data.Long("maxdisk"),
    };
}
