using MultiPanel.Api.Jobs.Streams;

namespace MultiPanel.Api.Tests.Jobs;

/// <summary>What a stream keeps while its client is slow.</summary>
public sealed class WatcherStreamTests
{
    private static readonly JobFrame Frame = new(Guid.NewGuid(), 1, 1, 1, 0, false, [], []);

    [Test]
    public void A_watcher_that_is_too_slow_keeps_nothing_and_reads_again()
    {
        var watcher = new Watcher();
        var taken = new List<JobFrame>();
        for (var i = 0; i <= Watcher.Backlog; i++)
        {
            watcher.Offer(Frame);
        }

        watcher.Offer(Frame);
        var (missed, _) = watcher.Take(taken);

        Assert.That((missed, taken.Count), Is.EqualTo((true, 0)));
        watcher.Clear();
        watcher.Offer(Frame);
        Assert.That(watcher.Take(taken).Missed, Is.False);
        Assert.That(taken, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_watcher_waits_until_there_is_something()
    {
        var watcher = new Watcher();
        var waiting = watcher.WaitAsync(default);

        Assert.That(waiting.IsCompleted, Is.False);
        watcher.Tick();
        await waiting.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(watcher.Take([]), Is.EqualTo((false, true)));
    }
}
