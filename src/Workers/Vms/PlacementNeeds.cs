using MultiPanel.Contracts.Vms;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Proxmox.Sight;

namespace MultiPanel.Workers.Vms;

/// <summary>What the node of a clone must have.</summary>
public sealed record PlacementNeeds
{
    public required string SourceNode { get; init; }

    /// <summary>What the source's disks lie on; Proxmox reads them on the source's node, and clones to another only from shared ones.</summary>
    public required IReadOnlySet<string> SourceStorages { get; init; }

    /// <summary>What the clone's volumes lie on, each with the content that it holds: <c>images</c>, <c>iso</c> or <c>snippets</c>.</summary>
    public required IReadOnlyDictionary<string, string> Storages { get; init; }

    public required IReadOnlySet<string> Bridges { get; init; }

    public required int Cpus { get; init; }

    /// <summary>In bytes.</summary>
    public required long Memory { get; init; }

    /// <summary>Devices of the source's node that the clone will want to use, by option.</summary>
    public required IReadOnlyDictionary<string, string> Devices { get; init; }

    /// <param name="command">What is to be made.</param>
    /// <param name="networks">Its network cards; null: the source's.</param>
    /// <param name="source">The source, with the configuration that is cloned.</param>
    public static PlacementNeeds Of(ICreatesVm command, IReadOnlyList<NetworkOptions>? networks, VmSight source)
    {
        var config = source.Config;
        return new PlacementNeeds
        {
            SourceNode = source.Node,
            SourceStorages = config.Disks.Values.Where(disk => !disk.IsCdrom).Select(disk => disk.Storage).OfType<string>().ToHashSet(),
            Storages = StoragesOf(command, config),
            Bridges = (networks?.Select(card => card.Bridge) ?? config.Networks.Values.Select(card => card.Bridge).OfType<string>()).ToHashSet(),
            Cpus = (command.Cores ?? config.Cores) * (command.Sockets ?? config.Sockets),
            Memory = (command.MemoryMb ?? config.MemoryMb) * 1024L * 1024,
            Devices = config.HostDevices,
        };
    }

    /// <summary>All of its disks are copied to a storage that was named, its cloud-init drive too; a CD stays where it is, and so does a script.</summary>
    private static Dictionary<string, string> StoragesOf(ICreatesVm command, QemuConfig config)
    {
        var storages = new Dictionary<string, string>();
        if (config.HookScript?.Split(':') is [var scripts, _])
        {
            storages[scripts] = "snippets";
        }

        foreach (var disk in config.Disks.Values.Where(disk => disk.Storage is not null).OrderBy(disk => !disk.IsCdrom || disk.IsCloudInit))
        {
            var isCd = disk is { IsCdrom: true, IsCloudInit: false };
            storages[isCd ? disk.Storage! : command.Storage ?? disk.Storage!] = isCd ? "iso" : "images";
        }

        return storages;
    }
}
