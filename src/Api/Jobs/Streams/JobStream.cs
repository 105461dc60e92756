using System.Text.Json;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Live;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Progress;

namespace MultiPanel.Api.Jobs.Streams;

/// <summary>One job's changes until it is over. Ids are the numbers of its events.</summary>
internal sealed class JobStream(StreamSource source, JobBroadcast broadcast, Caller caller, Guid id) : LiveStream(source, broadcast, caller)
{
    private long seen;

    protected override IDisposable Watch() => Broadcast.Watch(Watcher, id);

    protected override async Task CatchUpAsync(long last)
    {
        var since = Broadcast.Version();
        if (await Source.RowAsync(Caller, id, Ending) is not { } row)
        {
            IsOver = true;
            return;
        }

        var snapshot = await Source.Live.TryAsync(() => Source.Reader.SnapshotAsync(id), null);
        // Redis does not know the job, or not that it was tried again, or not its end: the row counts.
        var isKnown = snapshot is { } live && !CurrentJobs.IsStale(row, live.Job);
        var view = isKnown ? await Source.Live.MergeAsync(row, snapshot!.Value.Job) : await Source.Live.RowViewAsync(row);
        var (whole, number) = view.Status.IsFinal()
            ? (new LiveJob(view).WholeUtf8, OpenJobTable.Numbered(view, isKnown ? snapshot!.Value.Number : 0))
            : Broadcast.Seed(Watcher, view, snapshot?.Number ?? 0, since) ?? (new LiveJob(view).WholeUtf8, snapshot?.Number ?? 0);
        IsOver = view.Status.IsFinal();
        if (IsOver && last > 0 && last == number)
        {
            // The client has the end.
            return;
        }

        if (!isKnown || !await TryResumeAsync(last, snapshot!.Value.Job))
        {
            seen = number;
            await Out.WriteAsync(isKnown || IsOver ? number : null, whole);
        }

        await Out.FlushAsync();
    }

    protected override async ValueTask TakeAsync(JobFrame frame)
    {
        // What was read has no place in the order of events; it is sent because it differs from what was known.
        if (frame.Feed > 0 && frame.Number <= seen)
        {
            return;
        }

        await Out.WriteAsync(frame.Number > seen ? frame.Number : null, frame.Data);
        seen = Math.Max(seen, frame.Number);
        IsOver = frame.IsOver;
    }

    protected override Task RereadAsync() => CatchUpAsync(seen);

    /// <summary>Sends the events after the last one, if they are kept; the steps of each as they were then.</summary>
    /// <returns>False: the client must get the whole job.</returns>
    private async Task<bool> TryResumeAsync(long last, JobView now)
    {
        var events = last > 0 ? await Source.Live.TryAsync(() => Source.Reader.EventsAsync(id), []) : [];
        if (events.Count == 0 || last < events[0].Number || last > events[^1].Number)
        {
            return false;
        }

        var first = WholeOf(events[0].Change);
        var job = new LiveJob(first ?? now);
        foreach (var (number, change) in events.SkipWhile(change => first is null && change.Number <= last))
        {
            var data = Take(ref job, change);
            if (number > last)
            {
                await Out.WriteAsync(number, data);
            }
        }

        seen = events[^1].Number;
        IsOver = job.IsOver;
        await Out.StartAsync();
        return true;
    }

    private static byte[] Take(ref LiveJob job, string change)
    {
        if (WholeOf(change) is not { } whole)
        {
            return job.Apply(change);
        }

        job = new LiveJob(whole);
        return job.WholeUtf8;
    }

    private static JobView? WholeOf(string change) =>
        JobEvent.HasWholeJob(change) ? JsonSerializer.Deserialize<JobView>(change, ContractJson.Options) : null;
}
