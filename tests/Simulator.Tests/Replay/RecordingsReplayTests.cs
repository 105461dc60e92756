namespace MultiPanel.Simulator.Tests.Replay;

/// <summary>The recorded requests of a real Proxmox VE, sent to the simulator. PVE_RECORDINGS names the folder with the sessions.</summary>
[TestFixture("9.1.8")]
[TestFixture("9.1.8-extra")]
[TestFixture("9.1.8-failures")]
[TestFixture("9.2.11")]
public sealed class RecordingsReplayTests(string name)
{
    private readonly Session _session = new(name);

    [OneTimeSetUp]
    public async Task Replay()
    {
        if (Recording.Folder is null)
        {
            Assert.Ignore("PVE_RECORDINGS is not set: there are no recordings of a real Proxmox VE to replay.");
        }

        await _session.ReplayAsync();
    }

    [OneTimeTearDown]
    public async Task Stop() => await _session.DisposeAsync();

    [Test]
    public void Every_recorded_answer_is_the_simulators_too()
    {
        var different = _session.Differences.Where(pair => pair.Value.Count > 0)
            .Select(pair => $"{pair.Key}:\n    {string.Join("\n    ", pair.Value)}").ToList();
        TestContext.Out.WriteLine($"{name}: {_session.Differences.Count} exchanges replayed, {different.Count} differ");

        Assert.That(different, Is.Empty, string.Join('\n', different));
    }

    [Test]
    public void Skipped_exchanges_exist_and_say_why()
    {
        var names = Recording.Of(name).Select(recording => $"{name}/{recording.Name}").ToList();
        var skipped = Tolerance.Skipped.Where(pair => pair.Key.StartsWith(name + "/", StringComparison.Ordinal)).ToList();

        Assert.That(skipped.Select(pair => pair.Key), Is.SubsetOf(names));
        Assert.That(skipped.Select(pair => pair.Value), Has.All.Length.GreaterThan(20));
        Assert.That(_session.Differences, Has.Count.EqualTo(names.Count - skipped.Count));
        Assert.That(skipped.Count * 10, Is.LessThanOrEqualTo(names.Count), "at most one exchange in ten may be skipped");
    }
}
