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
            Nics = [.. config.Networks.OrderBy(card => card.Key.Length).ThenBy(card => card.Key, StringComparer.Ordinal).Select(card => Nic(card.Key, card.Value))],
            Disks = Disks(config),
            Bios = raw.GetValueOrDefault("bios") ?? "seabios",
            EfiDisk = raw.ContainsKey("efidisk0"),
            Tpm = raw.TryGetValue("tpmstate0", out var tpm) ? Option(tpm, "version") ?? "v1.2" : null,
            Machine = raw.TryGetValue("machine", out var machine) ? First(machine, "type") : null,
            Agent = config.AgentEnabled,
            CpuType = raw.TryGetValue("cpu", out var cpu) ? First(cpu, "cputype") : null,
            Sockets = config.Sockets,
            CoresPerSocket = config.Cores,
            Vcpus = config.Vcpus,
            BalloonMb = config.BalloonMb,
            OnBoot = config.OnBoot,
            Protection = config.Protected,
            OsType = raw.GetValueOrDefault("ostype"),
            Description = PanelMarks.WithoutMarker(config.Description),
            CloudInitDrive = config.HasCloudInit,
            CloudInit = config.HasCloudInit ? CloudInit(raw) : null,
            Pending = pending,
        };
    }

    private static VmNicView Nic(string slot, QemuNetwork card) =>
        new(slot, card.Model, card.Mac, card.Bridge, Number(card.Options.GetValueOrDefault("tag")))
        {
            Firewall = card.Options.GetValueOrDefault("firewall") == "1",
            LinkDown = card.Options.GetValueOrDefault("link_down") == "1",
            Mtu = Number(card.Options.GetValueOrDefault("mtu")),
        };

    /// <summary>The keys are URL-encoded in a config (PVE/QemuServer.pm, format urlencoded).</summary>
    private static CloudInitView CloudInit(IReadOnlyDictionary<string, string> raw) => new()
    {
        User = raw.GetValueOrDefault("ciuser"),
        SshKeys = raw.GetValueOrDefault("sshkeys") is { } keys ? Uri.UnescapeDataString(keys).TrimEnd() : null,
        IpConfig = raw.GetValueOrDefault("ipconfig0"),
        IpConfig1 = raw.GetValueOrDefault("ipconfig1"),
        Nameserver = raw.GetValueOrDefault("nameserver"),
        SearchDomain = raw.GetValueOrDefault("searchdomain"),
    };

    /// <summary>The one that it boots from comes first: by its configuration, or because there is no other.</summary>
    private static List<VmDiskView> Disks(QemuConfig config)
    {
        var boot = config.BootDisk ?? (config.DataDisks is [var only] ? only.Slot : null);
        return
        [
            .. config.Disks.Values.Where(disk => disk is { IsCdrom: false, IsCloudInit: false })
                .OrderBy(disk => disk.Slot != boot).ThenBy(disk => disk, QemuDisk.BySlot)
                .Select(disk => new VmDiskView(disk.Slot, disk.Storage, disk.Size is { } size ? VmDisk.GibOf(size) : null, disk.Slot == boot)),
        ];
    }

    /// <summary>The default key's value stands first, with or without its name.</summary>
    private static string First(string text, string name) => Option(text, name) ?? text.Split(',')[0];

    private static string? Option(string text, string name) =>
        text.Split(',').Select(part => part.Split('=', 2)).FirstOrDefault(part => part.Length == 2 && part[0] == name)?[1];

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
