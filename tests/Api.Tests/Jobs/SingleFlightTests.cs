using MultiPanel.Api.Jobs.Streams;
using MultiPanel.Api.Tests.Host;

namespace MultiPanel.Api.Tests.Jobs;

/// <summary>What many want at once is done once.</summary>
public sealed class SingleFlightTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Many_that_come_at_once_share_one_run_and_later_ones_begin_again()
    {
        var (runs, end) = (0, new TaskCompletionSource());
        var flight = new SingleFlight(() =>
        {
            Interlocked.Increment(ref runs);
            return end.Task;
        });

        using var together = new Barrier(8);
        var joined = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () =>
            {
                together.SignalAndWait(Limit);
                return new { Flight = flight.RunAsync() };
            },
            TaskCreationOptions.LongRunning))).WaitAsync(Limit);
        Assert.That(joined.Select(join => join.Flight.IsCompleted), Is.All.False, "they wait for its end");
        end.SetResult();
        await Task.WhenAll(joined.Select(join => join.Flight)).WaitAsync(Limit);
        Assert.That(runs, Is.EqualTo(1));

        await flight.RunAsync().WaitAsync(Limit);
        Assert.That(runs, Is.EqualTo(2), "what is over is not shared");
    }

    [Test]
    public async Task A_run_that_fails_fails_for_all_who_joined_and_the_next_one_begins_again()
    {
        var (runs, end) = (0, new TaskCompletionSource());
        var flight = new SingleFlight(() => Interlocked.Increment(ref runs) == 1 ? end.Task : Task.CompletedTask);
        var joined = new[] { flight.RunAsync(), flight.RunAsync() };
        end.SetException(new IOException("away"));

        foreach (var join in joined)
        {
            Assert.That(() => join.WaitAsync(Limit), Throws.InstanceOf<IOException>());
        }

        await flight.RunAsync().WaitAsync(Limit);
        Assert.That(runs, Is.EqualTo(2));
    }

    /// <summary>A second passes between two shared reads; the API's clock stands still.</summary>
    [Test]
    public async Task Watchers_that_come_together_cost_one_read_of_the_open_jobs()
    {
        await using var api = await TestApi.StartAsync();
        using var acme = api.As(api.Seeds.AcmeOperator);
        await api.Seeds.JobAsync(api.Seeds.Acme);
        await acme.GetAsync("/api/jobs"); // the first request alone reads who the caller is
        using var statements = api.Statements();

        var streams = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => acme.FollowAsync("/api/jobs/events")));
        foreach (var stream in streams)
        {
            Assert.That((await stream.NextAsync())!.Data, Is.Not.Null, "it begins with what is open");
            stream.Dispose();
        }

        var open = statements.Reads.Where(read => read.Contains("\"finished_at\" IS NULL", StringComparison.Ordinal)).ToList();
        Assert.That(open, Has.Count.EqualTo(1), string.Join("\n\n", statements.Reads));
    }
}
