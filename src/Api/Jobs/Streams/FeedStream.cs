using MultiPanel.Api.Auth;

namespace MultiPanel.Api.Jobs.Streams;

/// <summary>The changes of all jobs that the caller may see. Ids are numbers of the feed; each job comes whole at first.</summary>
internal sealed class FeedStream(StreamSource source, JobBroadcast broadcast, Caller caller) : LiveStream(source, broadcast, caller)
{
    /// <summary>A client that was disconnected for longer begins as a new one does.</summary>
    private static readonly TimeSpan LongestAbsence = TimeSpan.FromDays(1);

    /// <summary>Jobs that were read with this change of the feed, while its frame was on its way.</summary>
    private readonly Dictionary<Guid, long> ahead = [];

    private long seen;

    /// <summary>Jobs that have not changed since are not sent again when a client resumes; with their next change they come whole.</summary>
    private long resumedFrom = -1;

    protected override IDisposable Watch() => Broadcast.Watch(Watcher, Caller);

    protected override async Task CatchUpAsync(long last)
    {
        last = await CheckedAsync(last);
        var open = await Broadcast.OpenAsync(Watcher, Caller);
        await Out.StartAsync();
        (seen, resumedFrom) = (last, -1);
        ahead.Clear();
        if (last > 0 && await Source.Live.TryAsync(() => Source.Reader.ReachesBackToAsync(Caller.CompanyId, Caller.IsSuperAdmin, last), false)
            && await Source.Live.TryAsync(async () => await Source.Reader.ChangedSinceAsync(Caller.CompanyId, Caller.IsSuperAdmin, last), null) is { } changed)
        {
            resumedFrom = last;
            await SendChangedAsync(changed, open);
        }
        else
        {
            await SendOpenAsync(last, open);
        }

        seen = Math.Max(seen, open.Newest > 0 ? open.Newest : Source.Clock.GetUtcNow().ToUnixTimeMilliseconds());
    }

    protected override ValueTask TakeAsync(JobFrame frame)
    {
        if (frame.Feed > 0 && ahead.TryGetValue(frame.JobId, out var read) && frame.Feed <= read)
        {
            return ValueTask.CompletedTask;
        }

        seen = Math.Max(seen, frame.Feed);
        return Out.WriteAsync(frame.Feed > 0 ? frame.Feed : null, frame.FeedBefore <= resumedFrom ? frame.Whole : frame.Data);
    }

    protected override Task RereadAsync() => CatchUpAsync(seen);

    /// <summary>
    /// A number that the feed has not reached is made up, or of another installation. Feed numbers never fall behind the
    /// clock in milliseconds (ADR 0005), so the clock is the limit where Redis knows of no feed.
    /// </summary>
    private async Task<long> CheckedAsync(long last)
    {
        var now = Source.Clock.GetUtcNow();
        var newest = Math.Max(Broadcast.Newest, await Source.FeedNumberAsync() ?? 0);
        var limit = newest > 0 ? newest : (now + StreamSource.Slack).ToUnixTimeMilliseconds();
        return last > limit || last < (now - LongestAbsence).ToUnixTimeMilliseconds() ? 0 : last;
    }

    /// <summary>In the feed's order, so that each can be resumed from. Of the open ones the shared state serves.</summary>
    private async Task SendChangedAsync(IReadOnlyList<(Guid Job, long Feed)> changed, OpenJobs open)
    {
        var known = open.Jobs.ToDictionary(job => job.Id, job => job.Whole);
        foreach (var piece in changed.Chunk(StreamSource.Chunk))
        {
            var unknown = piece.Where(change => change.Feed > open.Newest || !known.ContainsKey(change.Job)).Select(change => change.Job).ToList();
            var read = new Dictionary<Guid, byte[]>();
            await foreach (var (view, _) in Source.ReadAsync(Caller.Scope, unknown, Ending))
            {
                read[view.Id] = new Progress.LiveJob(view).WholeUtf8;
            }

            foreach (var (job, feed) in piece)
            {
                if (feed > open.Newest)
                {
                    ahead[job] = feed;
                }

                if (read.GetValueOrDefault(job) is { } whole || known.TryGetValue(job, out whole))
                {
                    await Out.WriteAsync(feed, whole);
                    seen = feed;
                }
            }
        }
    }

    /// <summary>Only after the last of them can be resumed, so only that has an id.</summary>
    private async Task SendOpenAsync(long last, OpenJobs open)
    {
        byte[]? held = null;
        foreach (var (_, whole) in open.Jobs)
        {
            await WriteAsync(held);
            held = whole;
        }

        if (last > 0)
        {
            await foreach (var (view, _) in Source.EndedAsync(Caller.Scope, DateTimeOffset.FromUnixTimeMilliseconds(last), Ending))
            {
                await WriteAsync(held);
                held = new Progress.LiveJob(view).WholeUtf8;
            }
        }

        await WriteAsync(held, open.Newest > 0 ? open.Newest : null);
    }

    private ValueTask WriteAsync(byte[]? whole, long? feed = null) => whole is null ? ValueTask.CompletedTask : Out.WriteAsync(feed, whole);
}
