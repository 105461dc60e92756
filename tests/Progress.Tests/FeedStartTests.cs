using Microsoft.Extensions.Logging.Abstractions;
using MultiPanel.TestKit.Servers;
using StackExchange.Redis;

namespace MultiPanel.Progress.Tests;

/// <summary>The feed where Redis is down when it starts, or goes while it runs.</summary>
public sealed class FeedStartTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [TestCase(true)]
    [TestCase(false)]
    public async Task Events_arrive_once_redis_is_up(bool downAtStart)
    {
        using var limit = new CancellationTokenSource(Limit);
        await using var redis = await PrivateRedis.LaunchAsync();
        var options = ConfigurationOptions.Parse(redis.Address);
        (options.AbortOnConnectFail, options.ConnectTimeout) = (false, 1_000);
        if (downAtStart)
        {
            await redis.StopAsync();
        }

        await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
        using var feed = new ProgressFeed(connection, TimeProvider.System, NullLogger<ProgressFeed>.Instance);
        await feed.StartAsync(limit.Token);
        using var listener = feed.Listen(_ => true);
        if (!downAtStart)
        {
            await redis.StopAsync();
        }

        await redis.StartAsync();
        Assert.That(await listener.NextAsync(limit.Token), Is.Null, "it may have missed something");
        await using var other = await redis.ConnectAsync();
        var progress = new JobProgress(other, new Jobs(), new TestClock());
        var job = Jobs.Running(7);
        await progress.PublishAsync(job);
        JobEvent? next;
        do
        {
            // Again after each notice that something may have been missed: the second connection comes back on its own.
            await progress.ReportAsync(new JobRef(job.Id, 7, 1), new JobChange { Percent = 9 });
            next = await listener.NextAsync(limit.Token);
        }
        while (next is null);

        Assert.That(next.JobId, Is.EqualTo(job.Id));
        await feed.StopAsync(default);
    }
}
