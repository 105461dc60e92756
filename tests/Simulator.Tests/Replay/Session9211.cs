using MultiPanel.Simulator.Qemu;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.Seeds;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Tests.Replay;

/// <summary>What the recorder of 9.2.11 did between its exchanges, without recording it.</summary>
internal static class Session9211
{
    public const string Name = "9.2.11";

    private const long MiB = 1L << 20;
    private const long GiB = 1L << 30;

    /// <summary>By the number of the exchange before which it was done.</summary>
    private static readonly Dictionary<string, Action<SimulatedCluster, ClusterState>> Done = new()
    {
        ["064"] = (_, state) => state.Vms[703].Config["efidisk0"] = "shared:703/vm-703-disk-9.qcow2,efitype=4m,pre-enrolled-keys=1,size=528K",
        ["078"] = (_, state) => Guests.Stop(state.Vms[704]),
        ["107"] = (_, state) => state.Vms[700].GuestUsers.AddRange(["alice", @"DOM\bob"]),
        ["148"] = (_, state) =>
        {
            state.Vms[700].Snapshots.Clear();
            state.Vms[700].Config.Remove("parent");
        },
        ["169"] = (_, state) =>
        {
            Guests.Stop(state.Vms[700]);
            state.Vms[700].Config["cores"] = "1";
        },
        ["170"] = (_, state) => AddCopy(state, 706, "rec-prot"),
        ["192"] = (cluster, state) => Guests.Start(cluster.Inner, state.Vms[707]),
        ["194"] = (_, state) => state.Vms[706].Config.Remove("protection"),
        ["202"] = (cluster, state) =>
        {
            AddCopy(state, 719, "Copy-of-VM-rec-run");
            StatusDaemon.Broadcast(cluster.Inner);
        },
        ["203"] = (cluster, state) =>
        {
            Volumes.RemoveOf(cluster.Inner, "pve1", 719);
            state.Vms.Remove(719);
        },
        ["214"] = (_, state) =>
        {
            TakeSnapshot(state, 707, "s2", "shared:707/vm-707-state-s2.raw");
            TakeSnapshot(state, 707, "s3", null);
        },
        ["257"] = (cluster, state) =>
        {
            Guests.Stop(state.Vms[707]);
            cluster.Faults.SetConfigLock(707, "backup");
        },
        ["282"] = (cluster, _) => cluster.Faults.SetConfigLock(707, null),
        ["290"] = (cluster, state) => Guests.Start(cluster.Inner, state.Vms[707]),
        ["296"] = (_, state) => state.Users["rec@pve"] = new UserState { Id = "rec@pve" },
        ["307"] = (_, state) => state.Acl.AddRange(
            from entry in new[]
            {
                ("/pool/rec-pool", "PVEVMAdmin"), ("/pool/rec-pool", "PVEPoolUser"), ("/storage/shared", "PVEDatastoreUser"),
                ("/sdn/zones/localnetwork", "PVESDNUser"), ("/vms/9001", "PVETemplateUser"),
            }
            from id in new[] { "rec@pve", "rec@pve!t1" }
            select new AclEntry(entry.Item1, id, entry.Item2, Propagate: true)),
        ["331"] = (_, state) => state.Vms[710].Config.Remove("protection"),
        ["343"] = (cluster, state) =>
        {
            var vm = state.Vms[700];
            vm.Config["description"] = "x";
            vm.Config.Remove("net0");
            TakeSnapshot(state, 700, "h1", null);
            AddVolume(state, "local", vm, "700/vm-700-disk-0.qcow2", GiB, null);
            vm.Config["scsi1"] = "local:700/vm-700-disk-0.qcow2,size=1G";
            Guests.Start(cluster.Inner, vm);
        },
        ["376"] = (_, state) =>
        {
            AddToken(state, "a@b.example@pve", "yy");
            state.Acl.Add(new AclEntry("/", "a@b.example@pve", "PVEVMAdmin", Propagate: true));
        },
        ["382"] = (cluster, state) =>
        {
            Guests.Stop(state.Vms[707]);
            state.Vms[707].Config.Remove("protection");
            cluster.Faults.SetConfigLock(707, "backup");
        },
        ["385"] = (_, state) => state.Vms.Remove(702),
        ["387"] = (cluster, state) =>
        {
            state.Vms.Remove(700);
            AddCopy(state, 700, "rec-run");
            Guests.Start(cluster.Inner, state.Vms[700]);
        },
        ["409"] = (_, state) => Hibernate(state, 700),
    };

    /// <summary>The nodes were slow: two busy cores, guests without KVM.</summary>
    public static SimulatorOptions Options(ManualClock clock) => new()
    {
        Clock = clock,
        Clusters =
        [
            new ClusterSeed("lab")
            {
                Nodes = [new("pve1", 25276026880, 2), new("pve2", 25276026880, 2), new("pve3", 25276026880, 2)],
                RootPassword = "secret123",
                Storages =
                [
                    new("local", "dir", 270553174016) { Content = "images,backup,snippets,rootdir,vztmpl,iso,import" },
                    new("shared", "dir", 270553174016, Shared: true) { Content = "images,backup,snippets,rootdir,vztmpl,iso,import", Imports = [("tiny.qcow2", 64 * MiB, "tiny")] },
                ],
            },
        ],
        Speed = new SimulatorSpeed
        {
            AgentUpMin = TimeSpan.FromSeconds(16),
            AgentUpMax = TimeSpan.FromSeconds(16),
            Start = TimeSpan.FromSeconds(5),
            RunsOn = TimeSpan.FromSeconds(5),
            LinkedClone = TimeSpan.FromSeconds(1.5),
        },
    };

    public static void Prepare(SimulatedCluster cluster)
    {
        var state = cluster.Inner.State;
        state.Options["keyboard"] = "en-us";
        state.Options["migration"] = "type=insecure";
        foreach (var node in state.Nodes)
        {
            node.Address = $"10.99.0.{node.Id}";
        }

        AddTemplate(state, 9000, "tiny-local", "local");
        AddTemplate(state, 9001, "tiny-shared", "shared");
        StatusDaemon.Broadcast(cluster.Inner);
        state.Users["root@pam"].Tokens.Clear();
        state.Users["lab@pve"] = new UserState { Id = "lab@pve" };
        AddToken(state, "root@pam", "lab");
        AddToken(state, "lab@pve", "lab");
        state.Acl.Add(new AclEntry("/", "lab@pve", "Administrator", Propagate: true));
    }

    public static void Before(Recording recording, SimulatedCluster cluster)
    {
        if (Done.TryGetValue(recording.Name[..3], out var act))
        {
            lock (cluster.Inner.Gate)
            {
                cluster.Inner.Advance();
                act(cluster, cluster.Inner.State);
            }
        }
    }

    /// <summary>The secret of a token as it is now: the recorder hid its own.</summary>
    public static string? SecretOf(string token, SimulatedCluster cluster) =>
        token.Split('!', 2) is [var user, var name] ? cluster.Inner.State.Users.GetValueOrDefault(user)?.Tokens.GetValueOrDefault(name)?.Secret : null;

    private static void AddToken(ClusterState state, string user, string name) =>
        state.Users[user].Tokens[name] = new TokenState { Secret = Guid.NewGuid().ToString(), PrivilegeSeparation = false };

    private static void AddTemplate(ClusterState state, int vmId, string name, string storage)
    {
        var vm = new VmState { VmId = vmId, Node = "pve1" };
        foreach (var (key, value) in new[]
        {
            ("agent", "1"), ("boot", "order=scsi0"), ("cores", "1"), ("memory", "192"), ("meta", "creation-qemu=7.2.22,ctime=1795752138"), ("name", name),
            ("net0", "virtio,bridge=vmbr0"), ("ostype", "l26"), ("scsi0", $"{storage}:{vmId}/base-{vmId}-disk-0.qcow2,size=64M"), ("scsihw", "virtio-scsi-pci"),
            ("serial0", "socket"), ("template", "1"),
        })
        {
            vm.Config[key] = key == "net0" ? NewIdentity.WithMac(value) : value;
        }

        NewIdentity.Give(vm.Config);
        AddVolume(state, storage, vm, $"{vmId}/base-{vmId}-disk-0.qcow2", 64 * MiB, "tiny");
        state.Vms[vmId] = vm;
    }

    /// <summary>A full clone of template 9001.</summary>
    private static void AddCopy(ClusterState state, int vmId, string name)
    {
        var vm = new VmState { VmId = vmId, Node = "pve1", Config = new(state.Vms[9001].Config, StringComparer.Ordinal) };
        vm.Config.Remove("template");
        vm.Config["name"] = name;
        vm.Config["scsi0"] = $"shared:{vmId}/vm-{vmId}-disk-0.qcow2,size=64M";
        NewIdentity.Give(vm.Config);
        AddVolume(state, "shared", vm, $"{vmId}/vm-{vmId}-disk-0.qcow2", 64 * MiB, "tiny");
        state.Vms[vmId] = vm;
    }

    private static void AddVolume(ClusterState state, string storage, VmState vm, string name, long size, string? guest) =>
        state.Storages.Single(each => each.Name == storage).Add(vm.Node, new VolumeState
        {
            Name = name,
            VmId = vm.VmId,
            Format = Path.GetExtension(name).TrimStart('.'),
            Size = size,
            Used = size / 3,
            Guest = guest,
        });

    private static void TakeSnapshot(ClusterState state, int vmId, string name, string? memory)
    {
        var vm = state.Vms[vmId];
        var config = new SortedDictionary<string, string>(vm.Config.Where(pair => pair.Key != "parent" && pair.Key != "description").ToDictionary(), StringComparer.Ordinal);
        if (memory is not null)
        {
            SavedState.Record(config, memory);
        }

        vm.Snapshots.Add(new SnapshotState { Name = name, Parent = vm.Config.GetValueOrDefault("parent"), VmState = memory, Guest = vm.Guest, Config = config });
        vm.Config["parent"] = name;
    }

    private static void Hibernate(ClusterState state, int vmId)
    {
        var vm = state.Vms[vmId];
        Guests.Stop(vm);
        vm.Config["lock"] = "suspended";
        SavedState.Record(vm.Config, $"shared:{vmId}/vm-{vmId}-state-suspend-2026-11-27.raw");
    }
}
