using MultiPanel.Simulator.Http;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Api;

/// <summary>Nodes: list, status, network, capabilities, statistics.</summary>
internal static class NodesApi
{
    /// <summary>The release whose recorded answers the simulator follows.</summary>
    public const string Version = "9.2.11";

    public const string Repository = "14a22df3";

    private const int QemuMajor = 7;

    private static readonly string[] MachineTypes = ["i440fx", "q35"];

    private static readonly (string Name, string Vendor)[] KnownCpus =
    [
        ("x86-64-v2-AES", "default"), ("host", "default"), ("kvm64", "default"), ("qemu64", "default"), ("SapphireRapids", "GenuineIntel"),
        ("Icelake-Server", "GenuineIntel"), ("Skylake-Server", "GenuineIntel"), ("EPYC", "AuthenticAMD"), ("EPYC-Milan", "AuthenticAMD"),
    ];

    public static IEnumerable<ApiMethod> Methods() =>
    [
        new("GET", "/nodes", "", call => call.Cluster.State.Nodes.Select(node => Row(call, node))),
        new ApiMethod("GET", "/nodes/{node}/status", "", Status).Needs("/nodes/{node}", "Sys.Audit"),
        new ApiMethod("GET", "/nodes/{node}/time", "", Time).Needs("/nodes/{node}", "Sys.Audit"),
        new("GET", "/nodes/{node}/version", "", _ => new { version = Version, release = "9.2", repoid = Repository }),
        new("GET", "/nodes/{node}/network", "type", Network),
        new ApiMethod("GET", "/nodes/{node}/rrddata", "timeframe:hour|day|week|month|year|decade! cf:AVERAGE|MAX", RrdData).Protected().Needs("/nodes/{node}", "Sys.Audit"),
        new ApiMethod("GET", "/nodes/{node}/qemu/{vmid}/rrddata", "timeframe:hour|day|week|month|year! cf:AVERAGE|MAX", RrdData).Protected().Needs("/vms/{vmid}", "VM.Audit"),
        new("GET", "/nodes/{node}/capabilities/qemu/cpu", "", _ => CpuModels()),
        new("GET", "/nodes/{node}/capabilities/qemu/machines", "", _ => Machines()),
        new ApiMethod("POST", "/nodes/{node}/vzdump", "vmid all:bool storage:storage mode:snapshot|suspend|stop compress remove:bool notes-template mailto prune-backups bwlimit:int,min=0", call =>
            call.Cluster.Tasks.Start(call.Node, "vzdump", call["vmid"] ?? "", call.Caller.Id).Upid).Protected(),
    ];

    private static object Time(ApiCall call)
    {
        var now = call.Cluster.Now.ToUnixTimeSeconds();
        return new { time = now, localtime = now, timezone = "Etc/UTC" };
    }

    public static string StatusWord(ApiCall call, NodeState node) => ClusterApi.SeesOnline(call, node) ? "online" : "offline";

    public static Dictionary<string, object?> Row(ApiCall call, NodeState node)
    {
        var row = new Dictionary<string, object?>
        {
            ["id"] = $"node/{node.Name}",
            ["type"] = "node",
            ["node"] = node.Name,
            ["level"] = "",
            ["status"] = StatusWord(call, node),
            ["ssl_fingerprint"] = call.Cluster.Fingerprint,
        };
        if (!call.Cluster.Permissions.Allows(call.Caller, $"/nodes/{node.Name}", "Sys.Audit"))
        {
            return row;
        }

        row["maxcpu"] = node.Cpus;
        row["maxmem"] = node.Memory;
        row["maxdisk"] = RootSize(call);
        if (ClusterApi.SeesOnline(call, node))
        {
            var running = call.Cluster.State.Vms.Values.Where(vm => vm.Node == node.Name && vm.IsRunning).ToList();
            row["cpu"] = Math.Min(0.95, 0.02 + (running.Sum(Qemu.VmStatus.Cpus) * 0.05 / node.Cpus));
            row["mem"] = Math.Min(node.Memory, (2L << 30) + running.Sum(Qemu.VmStatus.Memory));
            row["disk"] = RootSize(call) / 10;
            row["uptime"] = (long)(call.Cluster.Now - node.BootedAt).TotalSeconds;
        }

        return row;
    }

    private static long RootSize(ApiCall call) => call.Cluster.State.Storages.Find(storage => storage.Name == "local")?.Capacity ?? 64L << 30;

    private static Dictionary<string, object?> Status(ApiCall call)
    {
        var node = call.Cluster.Node(call.Node)!;
        var row = Row(call, node);
        var (total, used) = (node.Memory, (long)row["mem"]!);
        var (disk, diskUsed) = ((long)row["maxdisk"]!, (long)row["disk"]!);
        return new()
        {
            ["cpu"] = row["cpu"],
            ["wait"] = 0,
            ["idle"] = 0,
            ["uptime"] = row["uptime"],
            ["pveversion"] = $"pve-manager/{Version}/{Repository}",
            ["loadavg"] = new[] { "0.42", "0.37", "0.31" },
            ["memory"] = new { total, used, free = total - used, available = total - used },
            ["swap"] = new { total = 0, used = 0, free = 0 },
            ["rootfs"] = new { total = disk, used = diskUsed, free = disk - diskUsed, avail = disk - diskUsed },
            ["ksm"] = new { shared = 0 },
            ["cpuinfo"] = new { cpus = node.Cpus, cores = node.Cpus, sockets = 1, mhz = "2500.000", model = "Simulated CPU @ 2.50GHz", vendor = "GenuineIntel", family = "6", hvm = "1", flags = "fpu vme", user_hz = 100 },
            ["kversion"] = "Linux 6.17.2-1-pve #1 SMP PREEMPT_DYNAMIC",
            ["current-kernel"] = new { sysname = "Linux", release = "6.17.2-1-pve", version = "#1 SMP PREEMPT_DYNAMIC", machine = "x86_64" },
            ["boot-info"] = new { mode = "legacy-bios" },
        };
    }

    private static IEnumerable<Dictionary<string, object?>> Network(ApiCall call)
    {
        var address = call.Cluster.Node(call.Node)!.Address;
        var all = new Dictionary<string, object?>[]
        {
            new() { ["iface"] = "eth0", ["type"] = "eth", ["active"] = 1, ["method"] = "manual", ["method6"] = "manual", ["priority"] = 3, ["families"] = new[] { "inet" } },
            new()
            {
                ["iface"] = "vmbr0", ["type"] = "bridge", ["active"] = 1, ["autostart"] = 1, ["method"] = "static", ["method6"] = "manual", ["priority"] = 4,
                ["families"] = new[] { "inet" }, ["address"] = address, ["netmask"] = "24", ["cidr"] = $"{address}/24",
                ["bridge_ports"] = "eth0", ["bridge_stp"] = "off", ["bridge_fd"] = "0",
            },
        };
        var seesBridge = call.Cluster.Permissions.Allows(call.Caller, "/sdn/zones/localnetwork/vmbr0", "SDN.Audit", "SDN.Use");
        return all.Where(iface => seesBridge || (string)iface["type"]! != "bridge").Where(iface => call["type"] is null or "include_sdn" || (string)iface["type"]! == call["type"] || (call["type"]!.StartsWith("any_", StringComparison.Ordinal) && (string)iface["type"]! == "bridge"));
    }

    private static IEnumerable<object> RrdData(ApiCall call)
    {
        var minute = call.Cluster.Now.ToUnixTimeSeconds() / 60 * 60;
        return Enumerable.Range(0, 59).Select(n => new { time = minute - ((59 - n) * 60) });
    }

    private static IEnumerable<object> CpuModels() => KnownCpus.Select(model => new { name = model.Name, vendor = model.Vendor, custom = 0 });

    private static IEnumerable<object> Machines() =>
        from minor in Enumerable.Range(0, 3).Reverse()
        from type in MachineTypes
        select new { id = $"pc-{type}-{QemuMajor}.{minor}", type, version = $"{QemuMajor}.{minor}" };
}
