using MultiPanel.Api.Auth;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.Progress;

namespace MultiPanel.Api.Jobs.Streams;

/// <summary>One job's changes until it is over. Ids are the numbers of its events.</summary>
internal sealed class JobStream(StreamSource source, Caller caller, Guid id) : LiveStream(source, caller)
{
    private FollowedJob? job;
    private long seen;

    protected override bool Wants(JobEvent change) => change.JobId == id;

    protected override async Task CatchUpAsync(long last)
    {
        seen = last;
        if (await Source.RowAsync(Caller, id, Ending) is not { } row)
        {
            IsOver = true;
            return;
        }

        var snapshot = await Source.Live.TryAsync(() => Source.Reader.SnapshotAsync(id), null);
        if (snapshot is not { } known || LiveJobs.IsStale(row, known.Job))
        {
            await SendRowAsync(row);
            return;
        }

        var events = await Source.Live.TryAsync(() => Source.Reader.EventsAsync(id), []);
        if (last > 0 && events.Count > 0 && events[0].Number <= last)
        {
            Rebuild(known.Job, events);
        }
        else
        {
            job = new FollowedJob(await Source.Live.MergeAsync(row, known.Job), known.Number);
            seen = known.Number;
            await Out.SendAsync(seen, job.Whole);
        }

        foreach (var (number, change) in events)
        {
            await TakeAsync(number, change);
        }

        IsOver = job!.IsOver;
    }

    protected override Task TakeAsync(JobEvent change) => TakeAsync(change.Number, change.Change);

    protected override Task RereadAsync() => CatchUpAsync(seen);

    protected override Task PauseAsync() => CatchUpAsync(seen);

    private async Task TakeAsync(long number, string change)
    {
        if (number <= seen || job is null)
        {
            return;
        }

        seen = number;
        await Out.SendAsync(number, job.Take(number, change));
        IsOver = job.IsOver;
    }

    /// <summary>The job as it was when the client left, so that the steps of what follows are complete and in order.</summary>
    private void Rebuild(JobView now, IReadOnlyList<(long Number, string Change)> events)
    {
        var first = FollowedJob.WholeOf(events[0].Change);
        job = new FollowedJob(first ?? now, events[0].Number);
        foreach (var (number, change) in events.Where(e => first is not null && e.Number <= seen).Skip(1))
        {
            job.Take(number, change);
        }
    }

    /// <summary>Redis does not know the job, or not its end. What is over has its end's time for a number.</summary>
    private async Task SendRowAsync(Job row)
    {
        var fresh = new FollowedJob(await Source.Live.RowViewAsync(row), seen);
        IsOver = row.IsFinal;
        long? number = row is { IsFinal: true, FinishedAt: { } end } ? new DateTimeOffset(end).ToUnixTimeMilliseconds() : null;
        if (seen >= number || job?.Whole == fresh.Whole)
        {
            return;
        }

        job = fresh;
        await Out.SendAsync(number, job.Whole);
    }
}
