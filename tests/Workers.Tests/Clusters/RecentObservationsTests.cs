using MultiPanel.TestKit;
using MultiPanel.Workers.Clusters;

namespace MultiPanel.Workers.Tests.Clusters;

public sealed class RecentObservationsTests
{
    private readonly HeldClock clock = new();
    private int reads;

    [SetUp]
    public void Stop()
    {
        clock.Stop();
        reads = 0;
    }

    [Test]
    public async Task What_was_read_a_moment_ago_is_not_read_again()
    {
        var recent = new RecentObservations(clock);

        await ReadAsync(recent, "nodes");
        await ReadAsync(recent, "nodes");
        Assert.That(reads, Is.EqualTo(1));

        clock.Advance(TimeSpan.FromSeconds(1));
        await ReadAsync(recent, "nodes");

        Assert.That(reads, Is.EqualTo(2));
    }

    [Test]
    public async Task What_is_old_is_forgotten_though_it_is_not_asked_for_again()
    {
        var recent = new RecentObservations(clock);
        for (var vm = 0; vm < 1_000; vm++)
        {
            await ReadAsync(recent, $"vm {vm}");
        }

        clock.Advance(TimeSpan.FromSeconds(2));
        await ReadAsync(recent, "nodes");

        Assert.That(recent.Count, Is.EqualTo(1));
    }

    [Test]
    public void A_failure_is_not_kept()
    {
        var recent = new RecentObservations(clock);

        Assert.That(() => recent.ReadAsync<int>(1, "nodes", () => Task.FromException<int>(new TimeoutException())), Throws.TypeOf<TimeoutException>());
        Assert.That(async () => await ReadAsync(recent, "nodes"), Is.EqualTo(1));
    }

    private Task<int> ReadAsync(RecentObservations recent, string what) => recent.ReadAsync(1, what, () => Task.FromResult(++reads));
}
