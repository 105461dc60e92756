using MultiPanel.Contracts.Jobs;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.Progress.Tests;

/// <summary>The numbers by which readers know where they were.</summary>
public sealed class EventNumberTests(RedisKind kind) : ProgressSuite(kind)
{
    [Test]
    public async Task Numbers_rise_though_the_clock_stands_still_or_goes_back()
    {
        var job = Jobs.Running();
        await Progress.PublishAsync(job);
        await Progress.ReportAsync(new JobRef(job.Id, null, 1), new JobChange { Percent = 1 });
        Clock.Now -= TimeSpan.FromHours(1);
        await Progress.ReportAsync(new JobRef(job.Id, null, 1), new JobChange { Percent = 2 });
        Clock.Now += TimeSpan.FromHours(2);
        await Progress.ReportAsync(new JobRef(job.Id, null, 1), new JobChange { Percent = 3 });

        var numbers = (await Reader.EventsAsync(job.Id)).Select(change => change.Number).ToList();
        Assert.That(numbers, Is.Ordered.And.Unique.And.Count.EqualTo(4));
        Assert.That((await Reader.SnapshotAsync(job.Id))!.Value.Number, Is.EqualTo(numbers[^1]));
    }

    [Test]
    public async Task Numbers_rise_over_the_emptying_of_redis()
    {
        var job = Database.Keep(Jobs.Running());
        await Progress.PublishAsync(job);
        for (var percent = 0; percent < 50; percent++)
        {
            await Progress.ReportAsync(new JobRef(job.Id, null, 1), new JobChange { Percent = percent });
        }

        var (number, feed) = ((await Reader.SnapshotAsync(job.Id))!.Value.Number, await Reader.FeedNumberAsync());
        await FlushAsync();
        Clock.Now += TimeSpan.FromSeconds(1);
        await Progress.ReportAsync(new JobRef(job.Id, null, 1), new JobChange { Percent = 60 });

        Assert.That((await Reader.EventsAsync(job.Id)).Select(change => change.Number), Is.All.GreaterThan(number));
        Assert.That(await Reader.FeedNumberAsync(), Is.GreaterThan(feed));
        Assert.That(await Reader.ReachesBackToAsync(null, all: true, feed), Is.False, "a reader from before must read all again");
    }

    [Test]
    public async Task The_newest_five_hundred_events_are_kept()
    {
        var job = Jobs.Running();
        await Progress.PublishAsync(job);
        await Task.WhenAll(Enumerable.Range(0, 600).Select(number => Progress.ReportAsync(new JobRef(job.Id, null, 1), new JobChange { Message = $"{number}" })));

        var kept = await Reader.EventsAsync(job.Id);
        Assert.That(kept, Has.Count.EqualTo(500));
        Assert.That(kept.Select(change => change.Number), Is.Ordered.And.Unique);
        Assert.That(kept[^1].Number, Is.EqualTo((await Reader.SnapshotAsync(job.Id))!.Value.Number));
    }

    [Test]
    public async Task Fifty_reports_at_once_of_each_of_many_jobs_lose_none()
    {
        var jobs = Enumerable.Range(0, 8).Select(number => Jobs.Running(number % 3)).ToList();
        await Task.WhenAll(jobs.Select(Progress.PublishAsync));

        var taken = await Task.WhenAll(
            from number in Enumerable.Range(0, 50)
            from job in jobs
            select Task.Run(() => Progress.ReportAsync(new JobRef(job.Id, job.CompanyId, job.Attempt), new JobChange { Steps = [new JobStep { Name = $"s{number}" }] })));

        Assert.That(taken, Is.All.True);
        foreach (var job in jobs)
        {
            var (read, number) = (await Reader.SnapshotAsync(job.Id))!.Value;
            var events = await Reader.EventsAsync(job.Id);
            Assert.That(read.Steps.Select(step => step.Name), Is.EquivalentTo(Enumerable.Range(0, 50).Select(step => $"s{step}")));
            Assert.That(events, Has.Count.EqualTo(51));
            Assert.That(events.Select(change => change.Number), Is.Ordered.And.Unique);
            Assert.That(events[^1].Number, Is.EqualTo(number));
        }
    }

    [Test]
    public async Task Fifty_reports_at_once_after_redis_was_emptied_lose_none()
    {
        var job = Database.Keep(Jobs.Running());

        var taken = await Task.WhenAll(Enumerable.Range(0, 50).Select(number =>
            Task.Run(() => Progress.ReportAsync(new JobRef(job.Id, null, 1), new JobChange { Steps = [new JobStep { Name = $"s{number}" }] }))));

        Assert.That(taken, Is.All.True);
        Assert.That((await Reader.SnapshotAsync(job.Id))!.Value.Job.Steps.Select(step => step.Name), Is.EquivalentTo(Enumerable.Range(0, 50).Select(step => $"s{step}")));
    }

    [Test]
    public async Task The_jobs_changed_since_a_number_come_in_the_order_of_their_changes_and_by_company()
    {
        var (a, b, other) = (Jobs.Running(1), Jobs.Running(1), Jobs.Running(2));
        await Progress.PublishAsync(a);
        await Progress.PublishAsync(b);
        var feed = await Reader.FeedNumberAsync();
        await Progress.PublishAsync(other);
        await Progress.ReportAsync(new JobRef(b.Id, 1, 1), new JobChange { Percent = 1 });
        await Progress.ReportAsync(new JobRef(a.Id, 1, 1), new JobChange { Percent = 1 });

        Assert.That((await Reader.ChangedSinceAsync(null, all: true, feed)).Select(change => change.Job), Is.EqualTo(new[] { other.Id, b.Id, a.Id }));
        Assert.That((await Reader.ChangedSinceAsync(1, all: false, feed)).Select(change => change.Job), Is.EqualTo(new[] { b.Id, a.Id }));
        Assert.That((await Reader.ChangedSinceAsync(2, all: false, feed)).Select(change => change.Job), Is.EqualTo(new[] { other.Id }));
        Assert.That(await Reader.ChangedSinceAsync(null, all: false, feed), Is.Empty, "the platform's own jobs");
        Assert.That(await Reader.ChangedSinceAsync(null, all: true, await Reader.FeedNumberAsync()), Is.Empty);
    }
}
