using System.Globalization;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Qemu;

/// <summary>A VM's state as <c>status/current</c> and the node's list show it.</summary>
internal static class VmStatus
{
    private static readonly string[] Pressures =
        ["pressurecpufull", "pressurecpusome", "pressureiofull", "pressureiosome", "pressurememoryfull", "pressurememorysome"];

    public static int Cpus(VmState vm) => Int(vm, "cores", 1) * Int(vm, "sockets", 1);

    public static long Memory(VmState vm) =>
        long.Parse(vm.Config.GetValueOrDefault("memory", "512").Split('=')[^1], CultureInfo.InvariantCulture) << 20;

    public static long BootDiskSize(VmState vm) => BootDisk(vm.Config)?.Size ?? 0;

    /// <summary>The first disk of <c>boot: order=…</c>; before that, <c>bootdisk</c>; where neither says anything, the first in Proxmox's order.</summary>
    public static Drive? BootDisk(IReadOnlyDictionary<string, string> config)
    {
        var boot = config.GetValueOrDefault("boot");
        var keys = boot is not null && (boot.StartsWith("order=", StringComparison.Ordinal) || boot.Trim().Length == 0) ? boot.Replace("order=", "", StringComparison.Ordinal).Split(';')
            : config.TryGetValue("bootdisk", out var one) ? [one]
            : (IReadOnlyList<string>)Drive.Keys;
        return keys.Where(key => Drive.IsKey(key) && config.ContainsKey(key)).Select(key => Drive.Parse(key, config[key])).FirstOrDefault(drive => drive is { HasVolume: true, IsCdrom: false });
    }

    public static bool AgentEnabled(VmState vm) => vm.Config.TryGetValue("agent", out var agent)
        && agent.Split(',').Any(part => part is "1" or "enabled=1" or "on" or "yes" or "true");

    public static bool AgentUp(VmState vm, DateTimeOffset now) => vm.Power == PowerState.Running && vm.AgentUpAt is { } up && up <= now;

    public static Dictionary<string, object?> Current(Cluster cluster, VmState vm)
    {
        var status = Full(cluster, vm);
        status["ha"] = cluster.State.HaResources.TryGetValue($"vm:{vm.VmId}", out var state) && state != "ignored"
            ? new Dictionary<string, object?> { ["managed"] = 1, ["state"] = state }
            : new Dictionary<string, object?> { ["managed"] = 0 };
        if (AgentEnabled(vm))
        {
            status["agent"] = 1;
        }

        if (vm.IsRunning && vm.Config.GetValueOrDefault("vga", "").Contains("clipboard=vnc", StringComparison.Ordinal))
        {
            status["clipboard"] = "vnc";
        }

        return status;
    }

    public static Dictionary<string, object?> Full(Cluster cluster, VmState vm)
    {
        var status = Brief(cluster, vm);
        status["qmpstatus"] = vm.QmpStatus;
        if (vm.IsRunning)
        {
            AddMonitor(cluster, vm, status);
        }

        return status;
    }

    public static Dictionary<string, object?> Brief(Cluster cluster, VmState vm)
    {
        var uptime = vm.IsRunning ? (long)(cluster.Now - vm.StartedAt).TotalSeconds : 0;
        var status = new Dictionary<string, object?>
        {
            ["vmid"] = vm.VmId,
            ["name"] = vm.Name,
            ["status"] = vm.IsRunning ? "running" : "stopped",
            ["cpus"] = Cpus(vm),
            ["cpu"] = vm.IsRunning ? 0.01 + (vm.VmId % 7 * 0.01) : 0,
            ["maxmem"] = Memory(vm),
            ["mem"] = vm.IsRunning ? Memory(vm) / 3 : 0,
            ["memhost"] = vm.IsRunning ? Memory(vm) / 2 : 0,
            ["maxdisk"] = BootDiskSize(vm),
            ["disk"] = 0,
            ["uptime"] = uptime,
            ["netin"] = uptime * 42,
            ["netout"] = uptime * 21,
        };
        foreach (var key in new[] { "lock", "tags" })
        {
            if (vm.Config.TryGetValue(key, out var value))
            {
                status[key] = value;
            }
        }

        if (vm.IsTemplate)
        {
            status["template"] = 1;
        }

        if (vm.Config.Keys.Any(key => key.StartsWith("serial", StringComparison.Ordinal)))
        {
            status["serial"] = 1;
        }

        if (vm.IsRunning)
        {
            status["pid"] = vm.Pid;
            foreach (var pressure in Pressures)
            {
                status[pressure] = 0;
            }
        }

        return status;
    }

    /// <summary>What the QEMU monitor adds for a running VM.</summary>
    private static void AddMonitor(Cluster cluster, VmState vm, Dictionary<string, object?> status)
    {
        var uptime = (long)status["uptime"]!;
        var memory = Memory(vm);
        var nics = vm.Config.Keys.Where(key => QemuOptions.StartsWithDigit(key, "net"))
            .ToDictionary(key => $"tap{vm.VmId}i{key[3..]}", object? (_) => new { netin = uptime * 42, netout = uptime * 21 });
        if (nics.Count > 0)
        {
            status["nics"] = nics;
        }

        status["balloon"] = memory;
        status["freemem"] = memory - (memory / 3);
        status["ballooninfo"] = new
        {
            actual = memory,
            free_mem = memory - (memory / 3),
            last_update = cluster.Now.ToUnixTimeSeconds(),
            major_page_faults = 0,
            max_mem = memory,
            mem_swapped_in = 0,
            mem_swapped_out = 0,
            minor_page_faults = 1401,
            total_mem = memory * 3 / 4,
        };
        status["blockstat"] = Drive.Of(vm.Config).Where(drive => drive.HasVolume).ToDictionary(drive => drive.Key, object? (_) => BlockStatistics(uptime));
        status["diskread"] = uptime * 1024;
        status["diskwrite"] = uptime * 512;
        status["running-machine"] = "pc-i440fx-7.2+pve0";
        status["running-qemu"] = "7.2.0";
        status["proxmox-support"] = new Dictionary<string, object?>
        {
            ["pbs-dirty-bitmap"] = 1,
            ["pbs-dirty-bitmap-migration"] = 1,
            ["pbs-dirty-bitmap-savevm"] = 1,
            ["pbs-library-version"] = "none",
        };
    }

    private static Dictionary<string, object?> BlockStatistics(long uptime)
    {
        var statistics = new Dictionary<string, object?> { ["account_failed"] = true, ["account_invalid"] = true, ["timed_stats"] = Array.Empty<object>() };
        foreach (var what in new[] { "flush", "rd", "unmap", "wr" })
        {
            statistics[$"{what}_operations"] = uptime;
            statistics[$"{what}_total_time_ns"] = uptime * 1000;
            statistics[$"failed_{what}_operations"] = 0;
            statistics[$"invalid_{what}_operations"] = 0;
            if (what != "flush")
            {
                statistics[$"{what}_bytes"] = uptime * 1024;
                statistics[$"{what}_merged"] = 0;
            }
        }

        statistics["idle_time_ns"] = 1_000_000;
        statistics["wr_highest_offset"] = 0;
        return statistics;
    }

    private static int Int(VmState vm, string key, int otherwise) =>
        vm.Config.TryGetValue(key, out var value) ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;
}
