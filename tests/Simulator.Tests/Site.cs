using System.Text.Json.Nodes;
using MultiPanel.Simulator.Seeds;

namespace MultiPanel.Simulator.Tests;

/// <summary>A small cluster on a clock that the test moves, and a client with the seeded token.</summary>
internal sealed class Site : IAsyncDisposable
{
    public const int Template = 9000;
    private const long GiB = 1L << 30;

    private readonly PveSimulator _simulator;

    private Site(PveSimulator simulator, ManualClock clock)
    {
        _simulator = simulator;
        Clock = clock;
        Client = new PveClient(Cluster, clock, Cluster.ApiToken);
    }

    public ManualClock Clock { get; }

    public SimulatedCluster Cluster => _simulator.Clusters[0];

    public PveSimulator Simulator => _simulator;

    public PveClient Client { get; }

    public static async Task<Site> StartAsync(Func<SimulatorOptions, SimulatorOptions>? change = null, ManualClock? clock = null)
    {
        clock ??= new ManualClock(new DateTimeOffset(2026, 1, 1, 12, 0, 1, TimeSpan.Zero));
        var options = new SimulatorOptions
        {
            Clock = clock,
            Clusters =
            [
                new ClusterSeed("test")
                {
                    Nodes = [new("n1"), new("n2"), new("n3")],
                    Storages =
                    [
                        new("local", "dir", 100 * GiB),
                        new("shared", "nfs", 1000 * GiB, Shared: true),
                        new("tiny-full", "dir", GiB, Used: GiB - (16 << 20)),
                    ],
                    Templates = [new(Template, "debian12", "n1", "l26", [new("shared", 20 * GiB, 2 * GiB)])],
                },
            ],
            Speed = new SimulatorSpeed { CloneBytesPerSecond = 2 * GiB },
        };
        return new Site(await PveSimulator.StartAsync(change?.Invoke(options) ?? options), clock);
    }

    /// <summary>Starts a clone and answers its UPID.</summary>
    public async Task<string> Clone(int newId, params (string Name, object Value)[] more) =>
        (await Client.Post($"/nodes/n1/qemu/{Template}/clone", [("newid", newId), .. more])).Text;

    /// <summary>A clone that has ended well.</summary>
    public async Task<int> MadeClone(int newId, params (string Name, object Value)[] more)
    {
        var upid = await Clone(newId, more);
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That(Task(upid).ExitStatus, Is.EqualTo("OK"));
        return newId;
    }

    /// <summary>A clone that runs, with its agent up.</summary>
    public async Task<int> RunningClone(int newId)
    {
        await MadeClone(newId);
        await Client.Post($"/nodes/n1/qemu/{newId}/status/start");
        Clock.Advance(TimeSpan.FromMinutes(1));
        return newId;
    }

    public SimulatedTask Task(string upid) => Cluster.Tasks.Single(task => task.Upid == upid);

    public async Task<JsonObject> Resource(int vmId) =>
        (await Client.Get("/cluster/resources?type=vm")).Data!.AsArray().Single(row => row!["vmid"]!.GetValue<int>() == vmId)!.AsObject();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _simulator.DisposeAsync();
    }
}
