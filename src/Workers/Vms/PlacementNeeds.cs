using MultiPanel.Contracts.Vms;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Proxmox.Nodes;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Proxmox.Sight;

namespace MultiPanel.Workers.Vms;

/// <summary>What the node of a clone must have, or the one that a VM is to move to.</summary>
public sealed record PlacementNeeds
{
    public required string SourceNode { get; init; }

    /// <summary>What the source's disks lie on; Proxmox reads them on the source's node, and clones to another only from shared ones.</summary>
    public required IReadOnlySet<string> SourceStorages { get; init; }

    /// <summary>What the VM's volumes lie on there, each with the content that it holds: <c>images</c>, <c>iso</c> or <c>snippets</c>.</summary>
    public required IReadOnlyDictionary<string, string> Storages { get; init; }

    public required IReadOnlySet<string> Bridges { get; init; }

    public required int Cpus { get; init; }

    /// <summary>In bytes.</summary>
    public required long Memory { get; init; }

    /// <summary>Devices of the source's node that the clone will want to use, by option.</summary>
    public required IReadOnlyDictionary<string, string> Devices { get; init; }

    /// <summary>Images of CDs on a storage of the source's node alone, by slot: no migration takes them along.</summary>
    public IReadOnlyDictionary<string, string> LocalCds { get; init; } = new Dictionary<string, string>();

    /// <summary>It moves: disks on storages that the nodes do not share are copied to one of the same name there, or to the one that was asked for.</summary>
    public bool Moves { get; init; }

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

    /// <summary>Another node must have what the panel's identity sees on the VM's node. What the identity may not see there cannot be compared, and Proxmox migrates without a right to it.</summary>
    /// <param name="seen">The VM that moves.</param>
    /// <param name="targetStorage">The storage for its local disks; null: one of the same name. Shared ones stay where they are (PVE::QemuMigrate, <c>prepare</c>).</param>
    /// <param name="storages">Those of its node.</param>
    /// <param name="bridges">Those of its node.</param>
    public static PlacementNeeds OfMove(VmSight seen, string? targetStorage, IReadOnlyList<NodeStorage> storages, IReadOnlyCollection<string> bridges)
    {
        var config = seen.Config;
        var shared = storages.Where(storage => storage.Shared).Select(storage => storage.Storage).ToHashSet();
        var local = storages.Where(storage => !storage.Shared).Select(storage => storage.Storage).ToHashSet();
        var cds = config.Disks.Values.Where(IsCd).ToList();
        var content = cds.Select(cd => cd.Storage).OfType<string>().Where(shared.Contains).ToHashSet().ToDictionary(name => name, _ => "iso");
        foreach (var name in config.Volumes.Where(volume => !cds.Exists(cd => cd.VolId == volume.Id)).Select(volume => volume.Storage))
        {
            if (shared.Contains(name))
            {
                content[name] = "images";
            }
            else if (local.Contains(name))
            {
                content[targetStorage ?? name] = "images";
            }
        }

        return new PlacementNeeds
        {
            SourceNode = seen.Node,
            SourceStorages = new HashSet<string>(),
            Storages = content,
            Bridges = config.Networks.Values.Select(card => card.Bridge).OfType<string>().Intersect(bridges).ToHashSet(),
            Cpus = config.Cores * config.Sockets,
            Memory = config.MemoryMb * 1024L * 1024,
            Devices = config.HostDevices,
            LocalCds = cds.Where(cd => cd.Storage is { } name && local.Contains(name)).ToDictionary(cd => cd.Slot, cd => cd.VolId!),
            Moves = true,
        };
    }

    private static bool IsCd(QemuDisk disk) => disk is { IsCdrom: true, IsCloudInit: false };

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
            var isCd = IsCd(disk);
            storages[isCd ? disk.Storage! : command.Storage ?? disk.Storage!] = isCd ? "iso" : "images";
        }

        return storages;
    }
}
