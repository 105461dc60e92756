using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Tests;

public sealed class PersistenceTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("simulator-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Clone_goes_on_over_a_restart()
    {
        string upid, fingerprint, token;
        ManualClock clock;
        await using (var first = await Start())
        {
            upid = await first.Clone(101, ("full", 1), ("name", "survivor"));
            (fingerprint, token, clock) = (first.Cluster.Fingerprint, first.Cluster.ApiToken, first.Clock);
            clock.Advance(TimeSpan.FromSeconds(3));
        }

        await using var second = await Start(clock);
        var running = second.Task(upid);
        var held = second.Cluster.Vm(101)!.Lock;
        var start = (await second.Client.Post("/nodes/n1/qemu/101/status/start")).Text;
        var waiting = second.Task(start).Log;
        clock.Advance(TimeSpan.FromSeconds(30));

        Assert.That(running.EndedAt, Is.Null);
        Assert.That(held, Is.EqualTo("clone"));
        Assert.That(waiting, Is.EqualTo(new[] { "trying to acquire lock..." }), "the clone still holds its lock");
        Assert.That((second.Cluster.Fingerprint, second.Cluster.ApiToken), Is.EqualTo((fingerprint, token)));
        Assert.That(second.Task(upid).ExitStatus, Is.EqualTo("OK"));
        Assert.That(second.Cluster.Vm(101)!.Name, Is.EqualTo("survivor"));
    }

    [Test]
    public async Task What_was_answered_is_on_disk_already()
    {
        await using var site = await Start();
        await site.Clone(101, ("full", 1));

        var kept = await new StateFile(Directory.GetFiles(_folder, "*.json").Single()).ReadAsync(default);

        Assert.That(kept!.Vms, Contains.Key(101));
    }

    [Test]
    public async Task Running_guests_keep_running_over_a_restart()
    {
        ManualClock clock;
        await using (var first = await Start())
        {
            await first.RunningClone(101);
            clock = first.Clock;
        }

        await using var second = await Start(clock);

        Assert.That((await second.Client.Post("/nodes/n1/qemu/101/agent/ping")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task State_is_replaced_as_a_whole()
    {
        var file = new StateFile(Path.Combine(_folder, "x.json"));
        await file.WriteAsync([1, 2, 3, 4], CancellationToken.None);
        await file.WriteAsync([5], CancellationToken.None);

        Assert.That(await File.ReadAllBytesAsync(Path.Combine(_folder, "x.json")), Is.EqualTo(new byte[] { 5 }));
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(1));
    }

    private Task<Site> Start(ManualClock? clock = null) => Site.StartAsync(options => options with { StateFolder = _folder }, clock);
}
