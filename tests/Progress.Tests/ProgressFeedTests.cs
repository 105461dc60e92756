using Microsoft.Extensions.Logging.Abstractions;
using MultiPanel.TestKit.Servers;
using StackExchange.Redis;

namespace MultiPanel.Progress.Tests;

public sealed class ProgressFeedTests(RedisKind kind) : ProgressSuite(kind)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string name = $"feed-{Guid.NewGuid():N}";
    private IConnectionMultiplexer connection = null!;
    private CancellationTokenSource limit = null!;
    private ProgressFeed feed = null!;

    [SetUp]
    public async Task StartFeed()
    {
        limit = new CancellationTokenSource(Patience);
        connection = await OpenAsync(name);
        feed = new ProgressFeed(connection, TimeProvider.System, NullLogger<ProgressFeed>.Instance);
        await feed.StartAsync(default);
    }

    [TearDown]
    public async Task StopFeed()
    {
        await feed.StopAsync(default);
        feed.Dispose();
        await connection.DisposeAsync();
        limit.Dispose();
    }

    [Test]
    public async Task A_listener_gets_what_is_published_after_it_began_and_only_what_it_wants()
    {
        var (mine, other) = (Jobs.Running(7), Jobs.Running());
        await Progress.PublishAsync(mine);
        using var listener = feed.Listen(change => change.JobId == mine.Id);
        await Progress.PublishAsync(other);
        await Progress.ReportAsync(new JobRef(mine.Id, 7, 1), new JobChange { Percent = 1, Message = "with spaces  and\nlines" });
        await Progress.ReportAsync(new JobRef(mine.Id, 7, 1), new JobChange { Percent = 2 });

        var first = await listener.NextAsync(limit.Token);
        while (first!.Change.Contains("\"kind\"", StringComparison.Ordinal))
        {
            // The publication from before may still have been on its way.
            first = await listener.NextAsync(limit.Token);
        }

        var second = await listener.NextAsync(limit.Token);
        Assert.That((first.CompanyId, first.Change), Is.EqualTo((7, """{"percent":1,"message":"with spaces  and\nlines"}""")));
        Assert.That(second!.Change, Is.EqualTo("""{"percent":2}"""));
        Assert.That((second.Number, second.Feed), Is.EqualTo(((await Reader.SnapshotAsync(mine.Id))!.Value.Number, await Reader.FeedNumberAsync())));
    }

    [Test]
    public async Task A_platforms_own_job_has_no_company()
    {
        var job = Jobs.Running();
        using var listener = feed.Listen(change => change.JobId == job.Id);
        await Progress.PublishAsync(job);

        Assert.That((await listener.NextAsync(limit.Token))!.CompanyId, Is.Null);
    }

    [Test]
    public async Task Each_company_has_a_channel_of_its_own()
    {
        var (mine, other) = (Jobs.Running(71), Jobs.Running(72));
        var channel = await connection.GetSubscriber().SubscribeAsync(ProgressKeys.Channel(71));

        await Progress.PublishAsync(other);
        await Progress.PublishAsync(mine);

        Assert.That((await channel.ReadAsync(limit.Token)).Message.ToString(), Does.Contain(mine.Id.ToString()));
    }

    [Test]
    public async Task Events_arrive_in_the_order_in_which_they_were_published()
    {
        const int count = 3_000;
        var job = Jobs.Running();
        using var listener = feed.Listen(change => change.JobId == job.Id);
        await Progress.PublishAsync(job);
        var reports = Enumerable.Range(0, count).Select(number => Progress.ReportAsync(new JobRef(job.Id, null, 1), new JobChange { Percent = number })).ToList();

        var numbers = new List<long>();
        while (numbers.Count < count + 1)
        {
            numbers.Add((await listener.NextAsync(limit.Token))!.Number);
        }

        await Task.WhenAll(reports);
        Assert.That(numbers, Is.Ordered.And.Unique);
    }

    [Test]
    public async Task A_listener_that_was_too_slow_learns_so_and_goes_on_with_what_comes_next()
    {
        var job = Jobs.Running();
        await Progress.PublishAsync(job);
        using var slow = feed.Listen(change => change.Change.StartsWith("{\"percent\":1", StringComparison.Ordinal) && change.JobId == job.Id);
        using var quick = feed.Listen(change => change.Change.StartsWith("{\"percent\":1", StringComparison.Ordinal) && change.JobId == job.Id);
        for (var round = 0; round < 9; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => Progress.ReportAsync(new JobRef(job.Id, null, 1), new JobChange { Percent = 1 })));
            for (var read = 0; read < 500; read++)
            {
                Assert.That(await quick.NextAsync(limit.Token), Is.Not.Null);
            }
        }

        Assert.That(await slow.NextAsync(limit.Token), Is.Null, "it missed some");
        await Progress.ReportAsync(new JobRef(job.Id, null, 1), new JobChange { Message = "the next", Percent = 1 });

        Assert.That(await FindAsync(slow, "the next"), Is.True);
    }

    [Test]
    public async Task A_listener_learns_when_the_connection_was_gone_and_nothing_is_missed_for_good()
    {
        var job = Jobs.Running();
        await Progress.PublishAsync(job);
        using var listener = feed.Listen(change => change.JobId == job.Id && change.Change.Contains("percent\":9", StringComparison.Ordinal));

        await KillConnectionsAsync();
        Assert.That(await listener.NextAsync(limit.Token), Is.Null);
        await Progress.ReportAsync(new JobRef(job.Id, null, 1), new JobChange { Percent = 9 });

        while ((await Reader.SnapshotAsync(job.Id))!.Value.Job.Percent < 9)
        {
            await listener.NextAsync(limit.Token);
        }

        // The feed itself works again: what is published from now on arrives, or its loss is reported and it is published once more.
        JobEvent? next;
        do
        {
            await Progress.ReportAsync(new JobRef(job.Id, null, 1), new JobChange { Percent = 99 });
            next = await listener.NextAsync(limit.Token);
        }
        while (next is null);

        Assert.That(next.JobId, Is.EqualTo(job.Id));
    }

    private async Task<bool> FindAsync(FeedListener listener, string text)
    {
        while (await listener.NextAsync(limit.Token) is var change)
        {
            if (change?.Change.Contains(text, StringComparison.Ordinal) == true)
            {
                return true;
            }
        }

        return false;
    }

    private async Task KillConnectionsAsync()
    {
        var list = (string)(await Redis.GetDatabase().ExecuteAsync("CLIENT", "LIST"))!;
        var ids = list.Split('\n').Where(line => line.Contains($"name={name}", StringComparison.Ordinal))
            .Select(line => line.Split(' ').First(field => field.StartsWith("id=", StringComparison.Ordinal))[3..]).ToList();
        Assert.That(ids, Is.Not.Empty, list);
        foreach (var id in ids)
        {
            await Redis.GetDatabase().ExecuteAsync("CLIENT", "KILL", "ID", id);
        }
    }
}
