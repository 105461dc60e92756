using MultiPanel.Api.Jobs.Streams;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.Api.Tests.Jobs;

/// <summary>What streams get of events that were lost while the connection to Redis was broken.</summary>
public sealed class MissedEventStreamTests
{
    [TestCase(false)]
    [TestCase(true)]
    public async Task An_end_whose_event_was_lost_reaches_the_stream(bool firstReadFails)
    {
        await using var redis = await PrivateRedis.LaunchAsync();
        await using var api = await TestApi.StartAsync(redisAddress: redis.Address);
        using var acme = api.As(api.Seeds.AcmeOperator);
        var job = await api.Seeds.JobAsync(api.Seeds.Acme);
        await api.Progress.PublishAsync(job.ToView());
        using var stream = await acme.FollowAsync("/api/jobs/events");
        var whole = (await stream.NextAsync())!;
        await api.Seeds.ChangeAsync<Job>(job.Id, row => (row.Status, row.FinishedAt) = (JobStatus.Failed, api.Clock.GetUtcNow().UtcDateTime));
        var end = stream.NextAsync();

        if (firstReadFails)
        {
            api.LoseDatabase();
        }

        await redis.DropSubscribersAsync();
        if (firstReadFails)
        {
            await api.AdvanceUntilAsync(SharedStateUpdater.Spread, api.TimersAsync(SharedStateUpdater.Spread));
            api.FindDatabase();
        }

        await api.AdvanceUntilAsync(SharedStateUpdater.Spread, end);
        Assert.That((whole.Status, (await end)!.Status), Is.EqualTo(("queued", "failed")));
    }
}
