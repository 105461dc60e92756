using System.Globalization;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;
using MultiPanel.Proxmox.Qemu;

namespace MultiPanel.Hosting.Vms;

/// <summary>Reads what the view shows of a config. Formats: qemu-server's <c>man qm.conf</c>.</summary>
public static class VmConfigReader
{
    public static VmConfigView Read(QemuConfig config, IReadOnlyList<PendingChange> pending, DateTime now)
    {
        var raw = config.Raw;
        return new VmConfigView
        {
            ReadAt = now,
            Nics = [.. raw.Where(entry => IsNic(entry.Key)).OrderBy(entry => int.Parse(entry.Key.AsSpan(3), CultureInfo.InvariantCulture)).Select(entry => Nic(entry.Key, entry.Value))],
            Disks = Disks(config),
            Bios = raw.GetValueOrDefault("bios") ?? "seabios",
            EfiDisk = raw.ContainsKey("efidisk0"),
            Tpm = raw.TryGetValue("tpmstate0", out var tpm) ? Option(tpm, "version") ?? "v1.2" : null,
            Machine = raw.TryGetValue("machine", out var machine) ? First(machine, "type") : null,
            Agent = config.AgentEnabled,
            CpuType = raw.TryGetValue("cpu", out var cpu) ? First(cpu, "cputype") : null,
            Sockets = config.Sockets,
            CoresPerSocket = config.Cores,
            Vcpus = Number(raw.GetValueOrDefault("vcpus")),
            BalloonMb = Number(raw.GetValueOrDefault("balloon")),
            OnBoot = Flag("onboot"),
            Protection = Flag("protection"),
            OsType = raw.GetValueOrDefault("ostype"),
            Description = PanelMarks.WithoutMarker(config.Description),
            Pending = pending,
        };

        bool Flag(string key) => raw.GetValueOrDefault(key) is not (null or "" or "0");
    }

    private static bool IsNic(string key) => key.StartsWith("net", StringComparison.Ordinal) && key.Length is 4 or 5 && key.AsSpan(3).IndexOfAnyExceptInRange('0', '9') < 0;

    /// <summary><c>virtio=BC:24:11:79:2B:70,bridge=vmbr0,tag=5</c>, or by older ones <c>model=virtio,macaddr=…</c>.</summary>
    private static VmNicView Nic(string slot, string value)
    {
        var first = value.Split(',')[0].Split('=', 2);
        var model = first[0] == "model" ? first[^1] : Option(value, "model") ?? first[0];
        var mac = Option(value, "macaddr") ?? (first is [not "model", var address] ? address : null);
        return new VmNicView(slot, model, mac, Option(value, "bridge"), Number(Option(value, "tag")));
    }

    private static List<VmDiskView> Disks(QemuConfig config)
    {
        var boot = BootDisk(config);
        return
        [
            .. config.Disks.Values.Where(disk => disk is { IsCdrom: false, IsCloudInit: false })
                .OrderBy(disk => disk.Slot != boot).ThenBy(disk => disk.Slot.TrimEnd("0123456789".ToCharArray()), StringComparer.Ordinal).ThenBy(disk => disk.Slot.Length)
                .ThenBy(disk => disk.Slot, StringComparer.Ordinal)
                .Select(disk => new VmDiskView(disk.Slot, disk.Storage, disk.Size is { } size ? VmDisk.GibOf(size) : null, disk.Slot == boot)),
        ];
    }

    /// <summary>The first disk of <c>boot: order=…</c>; without one, <c>bootdisk</c> (PVE/QemuServer/Drive.pm, <c>get_bootdisks</c>); else its only one.</summary>
    private static string? BootDisk(QemuConfig config)
    {
        var data = config.Disks.Values.Where(disk => disk is { IsCdrom: false, IsCloudInit: false }
            && !disk.Slot.StartsWith("efidisk", StringComparison.Ordinal) && !disk.Slot.StartsWith("tpmstate", StringComparison.Ordinal)).Select(disk => disk.Slot).ToList();
        var order = config.Raw.GetValueOrDefault("boot") is { } boot ? Option(boot, "order") : null;
        return order is not null
            ? order.Split(';').FirstOrDefault(data.Contains)
            : config.Raw.GetValueOrDefault("bootdisk") is { } named && data.Contains(named) ? named : data is [var only] ? only : null;
    }

    /// <summary>The default key's value stands first, with or without its name.</summary>
    private static string First(string text, string name) => Option(text, name) ?? text.Split(',')[0];

    private static string? Option(string text, string name) =>
        text.Split(',').Select(part => part.Split('=', 2)).FirstOrDefault(part => part.Length == 2 && part[0] == name)?[1];

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
