using System.Globalization;
using System.Security.Cryptography;
using MultiPanel.Simulator.Qemu;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Seeds;

/// <summary>Makes a cluster's first state from its seed.</summary>
internal static class SeedState
{
    public static ClusterState Build(ClusterSeed seed, DateTimeOffset now)
    {
        var state = new ClusterState
        {
            Name = seed.Name,
            RootPassword = seed.RootPassword ?? RandomNumberGenerator.GetHexString(16, lowercase: true),
            TicketSecret = RandomNumberGenerator.GetHexString(64),
            Certificate = ClusterCertificate.Create(seed.Name, now),
            Nodes = [.. seed.Nodes.Select((node, index) => new NodeState
            {
                Name = node.Name, Id = index + 1, Memory = node.Memory, Cpus = node.Cpus, BootedAt = now.AddHours(-1),
            })],
            Storages = [.. seed.Storages.Select(storage => Storage(storage, seed, now))],
        };
        state.Users["root@pam"] = new UserState
        {
            Id = "root@pam",
            Tokens = { [SimulatedCluster.TokenName] = new TokenState { Secret = seed.TokenSecret ?? Guid.NewGuid().ToString(), PrivilegeSeparation = false } },
        };
        foreach (var template in seed.Templates)
        {
            state.Vms[template.VmId] = Template(state, template, now);
        }

        return state;
    }

    private static StorageState Storage(StorageSeed seed, ClusterSeed cluster, DateTimeOffset now)
    {
        var storage = new StorageState
        {
            Name = seed.Name,
            Type = seed.Type,
            Shared = seed.Shared,
            Nodes = seed.Nodes?.ToList(),
            Capacity = seed.Capacity,
            BaseUsed = seed.Used,
            Content = seed.Content ?? (seed.Type == "lvmthin" ? "images,rootdir" : "images,iso,backup,snippets,import"),
            Path = seed.Type == "lvmthin" ? null : seed.Path ?? (seed.Name == "local" ? "/var/lib/vz" : $"/mnt/pve/{seed.Name}"),
        };
        foreach (var import in seed.Imports)
        {
            foreach (var node in cluster.Nodes)
            {
                storage.Add(node.Name, new VolumeState
                {
                    Name = $"import/{import.Name}",
                    VmId = null,
                    Format = Path.GetExtension(import.Name).TrimStart('.'),
                    Size = import.Size,
                    Used = import.Size / 3,
                    ContentType = "import",
                    Created = now.ToUnixTimeSeconds(),
                    Guest = import.Guest,
                });
            }
        }

        return storage;
    }

    private static VmState Template(ClusterState state, TemplateSeed seed, DateTimeOffset now)
    {
        var vm = new VmState { VmId = seed.VmId, Node = seed.Node };
        var prefix = seed.IsTemplate ? "base" : "vm";
        for (var index = 0; index < seed.Disks.Count; index++)
        {
            var disk = seed.Disks[index];
            vm.Config[$"scsi{index}"] = $"{Add(state, vm, disk.Storage, $"{prefix}-{seed.VmId}-disk-{index}", disk.Size, disk.Used, index == 0 ? seed.Name : null)},size={Sizes.Exact(disk.Size)}";
        }

        if (seed.CloudInitStorage is { } cloudInit)
        {
            vm.Config["ide2"] = Add(state, vm, cloudInit, $"vm-{seed.VmId}-cloudinit", 4 << 20, 256 << 10, null) + ",media=cdrom";
            vm.Config["ipconfig0"] = "ip=dhcp";
        }

        vm.Config["name"] = seed.Name;
        vm.Config["ostype"] = seed.OsType;
        vm.Config["cores"] = seed.Cores.ToString(CultureInfo.InvariantCulture);
        vm.Config["memory"] = seed.Memory.ToString(CultureInfo.InvariantCulture);
        vm.Config["scsihw"] = "virtio-scsi-single";
        vm.Config["boot"] = "order=scsi0";
        vm.Config["net0"] = NewIdentity.WithMac("virtio,bridge=vmbr0");
        vm.Config["meta"] = $"creation-qemu=10.1.2,ctime={now.ToUnixTimeSeconds()}";
        NewIdentity.Give(vm.Config);
        if (seed.Agent)
        {
            vm.Config["agent"] = "1";
        }

        if (seed.IsTemplate)
        {
            vm.Config["template"] = "1";
        }

        return vm;
    }

    private static string Add(ClusterState state, VmState vm, string storageName, string file, long size, long used, string? guest)
    {
        var storage = state.Storages.Find(storage => storage.Name == storageName) ?? throw new ArgumentException($"a template wants storage '{storageName}', which the seed lacks");
        var name = storage.HoldsFiles ? $"{vm.VmId}/{file}.qcow2" : file;
        storage.Add(vm.Node, new VolumeState { Name = name, VmId = vm.VmId, Format = storage.HoldsFiles ? "qcow2" : "raw", Size = size, Used = used, Guest = guest });
        return $"{storageName}:{name}";
    }
}
