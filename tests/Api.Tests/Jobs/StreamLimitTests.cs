using MultiPanel.Api.Jobs.Streams;
using MultiPanel.Api.Tests.Host;

namespace MultiPanel.Api.Tests.Jobs;

/// <summary>How many streams may be open at once.</summary>
public sealed class StreamLimitTests
{
    [Test]
    public async Task A_user_may_open_twenty_streams_and_one_more_when_one_is_closed()
    {
        await using var api = await TestApi.StartAsync();
        using var acme = api.As(api.Seeds.AcmeOperator);
        using var colleague = api.As(api.Seeds.AcmeAdmin);
        var job = await api.Seeds.JobAsync(api.Seeds.Acme);
        var streams = new Stack<EventReader>();
        for (var i = 0; i < StreamLimits.PerUser; i++)
        {
            streams.Push(await acme.FollowAsync(i % 2 == 0 ? "/api/jobs/events" : $"/api/jobs/{job.Id}/events"));
        }

        var refused = await acme.GetAsync("/api/jobs/events");
        using var other = await colleague.FollowAsync("/api/jobs/events");

        Assert.That((refused.Status, refused.Code), Is.EqualTo((429, "too_many_streams")), refused.Text);
        Assert.That((string?)refused.Json!["detail"], Does.Contain("20").And.Contain("/api/jobs/events"));
        Assert.That(refused.RetryAfter, Is.Not.Null);
        Assert.That((int)other.Response.StatusCode, Is.EqualTo(200), "the limit is each user's own");
        streams.Pop().Dispose();
        await OpensAsync(acme);
        foreach (var stream in streams)
        {
            stream.Dispose();
        }
    }

    [Test]
    public async Task A_host_has_a_limit_over_all_users()
    {
        await using var api = await TestApi.StartAsync(settings: own => own with { MaxStreams = 2 });
        using var acme = api.As(api.Seeds.AcmeOperator);
        using var globex = api.As(api.Seeds.GlobexAdmin);
        using var first = await acme.FollowAsync("/api/jobs/events");
        var second = await globex.FollowAsync("/api/jobs/events");

        var refused = await globex.GetAsync("/api/jobs/events");

        Assert.That((refused.Status, refused.Code), Is.EqualTo((429, "too_many_streams")), refused.Text);
        Assert.That((string?)refused.Json!["detail"], Does.Contain("MAX_STREAMS"));
        second.Dispose();
        await OpensAsync(globex);
    }

    [Test]
    public async Task A_stream_that_is_refused_takes_no_place()
    {
        await using var api = await TestApi.StartAsync(settings: own => own with { MaxStreams = 1 });
        using var acme = api.As(api.Seeds.AcmeOperator);

        Assert.That((await acme.GetAsync($"/api/jobs/{Guid.NewGuid()}/events")).Status, Is.EqualTo(404));

        using var stream = await acme.FollowAsync("/api/jobs/events");
        Assert.That((int)stream.Response.StatusCode, Is.EqualTo(200));
    }

    /// <summary>The server learns a moment later that the client has left; each answer is a signal that it runs.</summary>
    private static async Task OpensAsync(ApiClient client)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            using var stream = await client.FollowAsync("/api/jobs/events");
            if ((int)stream.Response.StatusCode == 200)
            {
                return;
            }

            limit.Token.ThrowIfCancellationRequested();
        }
    }
}
