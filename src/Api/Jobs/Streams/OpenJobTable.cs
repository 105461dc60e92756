using System.Text.Json;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Progress;

namespace MultiPanel.Api.Jobs.Streams;

/// <summary>
/// The open jobs as the feed and the last read left them: each event is folded in once for all watchers. Not for
/// concurrent use.
/// </summary>
internal sealed class OpenJobTable
{
    /// <summary>How many jobs that are over are remembered, to ignore what arrives late of them.</summary>
    private const int Remembered = 10_000;

    private readonly Dictionary<Guid, SharedJob> open = [];
    private readonly Dictionary<Guid, (long Number, long Version)> over = [];

    /// <summary>Rises with every change. Take it before a read: what has changed since is newer than what was read.</summary>
    public long Version { get; private set; }

    public IReadOnlyCollection<SharedJob> Open => open.Values;

    public SharedJob? Find(Guid id) => open.GetValueOrDefault(id);

    public bool IsOver(Guid id) => over.ContainsKey(id);

    public void Forget(Guid id)
    {
        open.Remove(id);
        over.Remove(id);
    }

    public void Clear()
    {
        open.Clear();
        over.Clear();
        Version++;
    }

    /// <summary>Events may have been missed: nothing is folded into a job before it is read again.</summary>
    public void Doubt()
    {
        foreach (var job in open.Values)
        {
            job.IsDoubtful = true;
        }
    }

    /// <param name="unknown">The job must be read first: it is not known, or doubtful.</param>
    /// <returns>Null: old, or unknown.</returns>
    public JobFrame? Apply(JobEvent change, out bool unknown)
    {
        unknown = false;
        // A final status stays until the job is tried again, and that is published whole.
        if (over.TryGetValue(change.JobId, out var end) && (!change.IsWhole || change.Number <= end.Number))
        {
            return null;
        }

        var job = open.GetValueOrDefault(change.JobId);
        if (job is not null && change.Number <= job.Number)
        {
            return null;
        }

        if (change.IsWhole)
        {
            var view = JsonSerializer.Deserialize<JobView>(change.Change, ContractJson.Options)!;
            return Keep(view, change.Number, change.Feed, job);
        }

        unknown = job is null or { IsDoubtful: true };
        return unknown ? null : Frame(job!, change.Number, change.Feed, job!.Live.Apply(change.Change));
    }

    /// <summary>Takes a job as it was read.</summary>
    /// <param name="number">Of its newest event; 0: Redis does not know it.</param>
    /// <param name="since">The <see cref="Version"/> before the read.</param>
    /// <param name="hasRedis">False: the row is all there is, and counts though it says less than the events did.</param>
    /// <returns>Null: nothing new.</returns>
    public JobFrame? Put(JobView view, long number, long since, bool hasRedis)
    {
        if (over.TryGetValue(view.Id, out var end) && (view.Status.IsFinal() || end.Version > since))
        {
            return null;
        }

        if (open.GetValueOrDefault(view.Id) is not { } job)
        {
            return Keep(view, Numbered(view, number), 0, null);
        }

        if ((!job.IsDoubtful && job.Version > since) || (number > 0 && number < job.Number))
        {
            return null;
        }

        job.IsDoubtful = false;
        var lessThanKnown = number == 0 && job.Number > 0 && hasRedis && view.Status == job.Live.Status;
        if (lessThanKnown || IsSame(job.Live.WholeUtf8, new LiveJob(view).WholeUtf8))
        {
            job.Number = Math.Max(job.Number, number);
            return null;
        }

        return Keep(view, Math.Max(job.Number, Numbered(view, number)), 0, job);
    }

    private JobFrame Keep(JobView view, long number, long feed, SharedJob? known)
    {
        var job = new SharedJob(new LiveJob(view), view.CompanyId) { Id = view.Id, Feed = known?.Feed ?? 0 };
        open[view.Id] = job;
        over.Remove(view.Id);
        return Frame(job, number, feed, job.Live.WholeUtf8);
    }

    private JobFrame Frame(SharedJob job, long number, long feed, byte[] data)
    {
        var before = job.Feed;
        job.Number = number;
        job.Feed = Math.Max(feed, before);
        job.Version = ++Version;
        if (job.Live.IsOver)
        {
            open.Remove(job.Id);
            if (over.Count >= Remembered)
            {
                over.Clear();
            }

            over[job.Id] = (number, Version);
        }

        return new JobFrame(job.Id, job.CompanyId, number, feed, before, job.Live.IsOver, data, job.Live.WholeUtf8);
    }

    /// <summary>A job that is over and that Redis does not know has its end's time for a number; see ADR 0005.</summary>
    internal static long Numbered(JobView view, long number) =>
        number == 0 && view is { FinishedAt: { } end } && view.Status.IsFinal() ? new DateTimeOffset(end).ToUnixTimeMilliseconds() : number;

    private static bool IsSame(byte[] one, byte[] other)
    {
        using var first = JsonDocument.Parse(one);
        using var second = JsonDocument.Parse(other);
        return JsonElement.DeepEquals(first.RootElement, second.RootElement);
    }
}

/// <summary>An open job, and where its events are at.</summary>
internal sealed class SharedJob(LiveJob live, int? companyId)
{
    public required Guid Id { get; init; }

    public LiveJob Live => live;

    public int? CompanyId => companyId;

    /// <summary>Of its newest event; 0: Redis does not know it.</summary>
    public long Number { get; set; }

    /// <summary>The feed number of its newest event; 0: none was seen.</summary>
    public long Feed { get; set; }

    public long Version { get; set; }

    public bool IsDoubtful { get; set; }
}
