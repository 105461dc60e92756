namespace MultiPanel.Simulator.Seeds;

/// <summary>The clusters pve-east and pve-west that demos and tests start with.</summary>
internal static class DemoSeed
{
    private const long GiB = 1L << 30;

    public static SimulatorOptions Create() => new()
    {
        Clusters = [Cluster("pve-east", "east"), Cluster("pve-west", "west")],
        Speed = new SimulatorSpeed { CloneBytesPerSecond = 5 * GiB },
    };

    private static ClusterSeed Cluster(string name, string prefix) => new(name)
    {
        Nodes = [new(prefix + "1"), new(prefix + "2"), new(prefix + "3")],
        Storages =
        [
            new("local", "dir", 100 * GiB, Used: 8 * GiB),
            new("local-lvm", "lvmthin", 2048 * GiB),
            new("nfs-shared", "nfs", 10240 * GiB, Shared: true),
            new("tiny-full", "dir", 4 * GiB, Used: 4 * GiB - (64L << 20)) { Content = "images" },
        ],
        Templates =
        [
            new(9000, "win11", prefix + "1", "win11", [new("nfs-shared", 64 * GiB, 18 * GiB)]) { Cores = 4, Memory = 8192 },
            new(9001, "win2022", prefix + "1", "win11", [new("nfs-shared", 60 * GiB, 16 * GiB)]) { Cores = 4, Memory = 8192 },
            new(9010, "debian12", prefix + "1", "l26", [new("nfs-shared", 32 * GiB, 2 * GiB)]) { CloudInitStorage = "nfs-shared" },
            new(9011, "ubuntu2404", prefix + "2", "l26", [new("nfs-shared", 32 * GiB, 3 * GiB)]) { CloudInitStorage = "nfs-shared" },
            new(9020, "debian12-local", prefix + "3", "l26", [new("local-lvm", 32 * GiB, 2 * GiB)]),
        ],
    };
}
