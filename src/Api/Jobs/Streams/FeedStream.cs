using MultiPanel.Api.Auth;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Progress;

namespace MultiPanel.Api.Jobs.Streams;

/// <summary>The changes of all jobs that the caller may see. Ids are numbers of the feed; each job comes whole at first.</summary>
internal sealed class FeedStream(StreamSource source, Caller caller) : LiveStream(source, caller)
{
    /// <summary>How many jobs that are over are remembered, to pass by what arrives late of them.</summary>
    private const int Remembered = 1_000;

    private readonly Dictionary<Guid, FollowedJob> jobs = [];
    private readonly Dictionary<Guid, long> over = [];
    private long seen;

    protected override bool Wants(JobEvent change) => Caller.IsSuperAdmin || (change.CompanyId is not null && change.CompanyId == Caller.CompanyId);

    protected override async Task CatchUpAsync(long last)
    {
        await Out.StartAsync();
        seen = last;
        var reader = Source.Reader;
        var newest = await Source.Live.TryAsync(reader.FeedNumberAsync, 0);
        if (last > 0 && await Source.Live.TryAsync(() => reader.ReachesBackToAsync(Caller.CompanyId, Caller.IsSuperAdmin, last), false))
        {
            await SendChangedAsync(await Source.Live.TryAsync(() => reader.ChangedSinceAsync(Caller.CompanyId, Caller.IsSuperAdmin, last), []));
            return;
        }

        await SendActiveAsync(last, newest);
    }

    protected override async Task TakeAsync(JobEvent change)
    {
        if (over.TryGetValue(change.JobId, out var ended) && change.Number <= ended)
        {
            return;
        }

        if (jobs.TryGetValue(change.JobId, out var job))
        {
            if (change.Number > job.Number)
            {
                await SendAsync(change.JobId, job, change.Feed, job.Take(change.Number, change.Change));
            }
        }
        else if (FollowedJob.WholeOf(change.Change) is { } whole)
        {
            await SendWholeAsync(whole, change.Number, change.Feed);
        }
        else
        {
            foreach (var (view, number) in await Source.ReadAsync(Caller, [change.JobId], Ending))
            {
                await SendWholeAsync(view, Math.Max(number, change.Number), change.Feed);
            }
        }
    }

    protected override Task RereadAsync() => CatchUpAsync(seen);

    /// <summary>Without Redis nothing comes by itself.</summary>
    protected override Task PauseAsync() => Source.HasRedis ? Task.CompletedTask : CatchUpAsync(seen);

    private async Task SendChangedAsync(IReadOnlyList<(Guid Job, long Feed)> changed)
    {
        var feeds = changed.ToDictionary(change => change.Job, change => change.Feed);
        foreach (var (view, number) in await Source.ReadAsync(Caller, [.. changed.Select(change => change.Job)], Ending))
        {
            await SendWholeAsync(view, number, feeds[view.Id]);
        }
    }

    /// <summary>Only after the last of them can be resumed, so only that has an id: the feed's newest before they were read.</summary>
    private async Task SendActiveAsync(long last, long newest)
    {
        (JobView Job, long Number)? held = null;
        await foreach (var read in Source.ActiveAsync(Caller, last, Ending))
        {
            if (held is { } before)
            {
                await SendWholeAsync(before.Job, before.Number, null);
            }

            held = read;
        }

        if (held is { } final)
        {
            await SendWholeAsync(final.Job, final.Number, newest > 0 ? newest : null);
        }
    }

    private async Task SendWholeAsync(JobView view, long number, long? feed)
    {
        var job = new FollowedJob(view, number);
        if (!jobs.TryGetValue(view.Id, out var known) || known.Whole != job.Whole)
        {
            jobs[view.Id] = job;
            await SendAsync(view.Id, job, feed, job.Whole);
        }
    }

    private async Task SendAsync(Guid id, FollowedJob job, long? feed, string data)
    {
        seen = Math.Max(seen, feed ?? 0);
        await Out.SendAsync(feed, data);
        if (!job.IsOver)
        {
            return;
        }

        jobs.Remove(id);
        if (over.Count >= Remembered)
        {
            over.Clear();
        }

        over[id] = job.Number;
    }
}
