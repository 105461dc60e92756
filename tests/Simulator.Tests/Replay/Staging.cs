using MultiPanel.Simulator.FaultInjection;
using MultiPanel.Simulator.Seeds;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Tests.Replay;

/// <summary>Brings about what the recorder did outside the API: clusters as they were, nodes switched off, locks held, processes killed.</summary>
internal static class Staging
{
    private const long GiB = 1L << 30;

    public static IReadOnlyDictionary<string, string> Passwords { get; } = new Dictionary<string, string> { ["low@pve"] = "lowlowlow" };

    public static SimulatorOptions Options(string session, ManualClock clock) => session == Session9211.Name ? Session9211.Options(clock) : new()
    {
        Clock = clock,
        Clusters =
        [
            new ClusterSeed("sandbox")
            {
                Nodes = [new("pve1", 25276514304, 2), new("pve2", 25276514304, 2), new("pve3", 25276514304, 2)],
                RootPassword = "secret123",
                Storages =
                [
                    new("local", "dir", 270553174016) { Content = "images,backup,snippets,rootdir,vztmpl,iso,import" },
                    new("shared", "dir", 270553174016, Shared: true) { Path = "/mnt/shared", Content = "import,snippets,iso,images,backup", Imports = [("tiny.qcow2", 48L << 20, "tiny")] },
                ],
            },
        ],
        Speed = new SimulatorSpeed
        {
            AgentUpMin = TimeSpan.FromSeconds(session == "9.1.8-extra" ? 10 : 16),
            AgentUpMax = TimeSpan.FromSeconds(session == "9.1.8-extra" ? 10 : 16),
            LinkedClone = TimeSpan.FromMilliseconds(200),
            ShortTask = TimeSpan.FromMilliseconds(200),
        },
    };

    /// <summary>What existed before the first request; returns secrets of the recordings with ours.</summary>
    public static Dictionary<string, string> Prepare(string session, SimulatedCluster cluster)
    {
        if (session == Session9211.Name)
        {
            Session9211.Prepare(cluster);
            return [];
        }

        var state = cluster.Inner.State;
        state.Users["engine@pve"] = new UserState { Id = "engine@pve", Password = "enginepw1" };
        state.Acl.Add(new AclEntry("/", "engine@pve", "Administrator", Propagate: true));
        var ci = new TokenState { Secret = Guid.NewGuid().ToString(), PrivilegeSeparation = false };
        state.Users["root@pam"].Tokens["ci"] = ci;
        if (session == "9.1.8-failures")
        {
            Add(state, 100, "pve2", ("name", "tmpl"), ("memory", "32"), ("template", "1"), ("scsi0", "shared:100/base-100-disk-0.qcow2,size=1G"));
            Add(state, 101, "pve2", ("name", "c1"), ("memory", "32"), ("scsi0", "shared:101/vm-101-disk-0.qcow2,size=1G")).Power = PowerState.Running;
            Add(state, 102, "pve1", ("name", "c2"), ("memory", "32"), ("scsi0", "shared:102/vm-102-disk-0.qcow2,size=1G"));
            Add(state, 200, "pve1", ("name", "src"), ("memory", "48"), ("template", "1"), ("tags", "a;b"), ("scsi0", "local:200/base-200-disk-0.qcow2,size=1088M"));
            Add(state, 201, "pve2", ("name", "full1"), ("memory", "48"), ("tags", "a;b"), ("scsi0", "local:201/vm-201-disk-0.qcow2,size=1088M"));
        }

        return new() { ["9c9ede1a-4c55-4ed6-8660-53761bd17c0a"] = ci.Secret };
    }

    public static async Task BeforeAsync(Recording recording, SimulatedCluster cluster, Func<string, string> ourUpid)
    {
        if (recording.Session != "9.1.8-failures")
        {
            return;
        }

        switch (recording.Name.Split('-')[0])
        {
            case "002":
                await cluster.Faults.TakeNodeOfflineAsync("pve3", NodeOutage.ConnectionRefused);
                break;
            case "003":
                await cluster.Faults.TakeNodeOfflineAsync("pve3");
                break;
            case "008":
                cluster.Faults.LoseQuorum();
                break;
            case "051":
                StartSecondPart(cluster);
                cluster.Faults.HoldVmLock(350);
                break;
            case "060":
                cluster.Faults.ReleaseVmLock(350);
                cluster.Faults.SetConfigLock(350, "backup");
                break;
            case "069":
                cluster.Faults.SetConfigLock(350, null);
                cluster.Faults.Hang("pve1");
                break;
            case "071":
                cluster.Faults.Hang("pve1", hangs: false);
                break;
            case "086":
                cluster.Faults.KillTask(ourUpid("UPID:pve1:00000511:0005DF1C:6B030EE7:qmclone:100:root@pam:"));
                break;
        }
    }

    /// <summary>Requests that the recording describes by their effect alone.</summary>
    public static void Spoil(Recording recording, HttpRequestMessage request)
    {
        switch (recording.Name)
        {
            case "279-body-too-large":
                request.Content = new FormUrlEncodedContent([KeyValuePair.Create("description", new string('x', 600_000))]);
                break;
            case "281-delete-with-body":
                request.Content = new FormUrlEncodedContent([KeyValuePair.Create("purge", "1")]);
                break;
            case "282-chunked":
                request.Content = new StreamContent(new MemoryStream("vmid=300"u8.ToArray()));
                request.Headers.TransferEncodingChunked = true;
                break;
        }
    }

    /// <summary>The second part of the failures was recorded on a new cluster.</summary>
    private static void StartSecondPart(SimulatedCluster cluster)
    {
        cluster.Faults.Clear();
        var state = cluster.Inner.State;
        state.Vms.Clear();
        Add(state, 100, "pve1", ("name", "tmpl"), ("memory", "160"), ("template", "1"), ("scsi0", "shared:100/base-100-disk-0.qcow2,size=48M"));
        state.Storages.Single(storage => storage.Name == "shared").Add("pve1", new VolumeState
        {
            Name = "100/base-100-disk-0.qcow2",
            VmId = 100,
            Format = "qcow2",
            Size = 48 << 20,
            Used = 18 << 20,
        });
        var vm = Add(
            state, 350, "pve1", ("memory", "32"), ("boot", "order=scsi0"), ("description", "d5"), ("parent", "s5"), ("meta", "creation-qemu=7.2.0,ctime=1795362397"),
            ("smbios1", $"uuid={Guid.NewGuid()}"), ("vmgenid", Guid.NewGuid().ToString()), ("scsi0", "shared:350/vm-350-disk-0.qcow2,size=1G"));
        vm.Snapshots.Add(new SnapshotState { Name = "s5", Config = [] });
        state.Storages.Single(storage => storage.Name == "shared").Add("pve1", new VolumeState
        {
            Name = "350/vm-350-disk-0.qcow2",
            VmId = 350,
            Format = "qcow2",
            Size = GiB,
            Used = 1 << 20,
        });
    }

    private static VmState Add(ClusterState state, int vmId, string node, params (string Key, string Value)[] config)
    {
        var vm = new VmState { VmId = vmId, Node = node };
        foreach (var (key, value) in config)
        {
            vm.Config[key] = value;
        }

        return state.Vms[vmId] = vm;
    }
}
