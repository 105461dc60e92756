using MultiPanel.Api.Auth;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;

namespace MultiPanel.Api.Jobs.Streams;

/// <summary>
/// The streams' side of the shared state: a stream begins to watch, gets the open jobs or one job as they are at that moment,
/// and from then on the frames of what changes.
/// </summary>
internal sealed class JobBroadcast(StreamSource source, SharedState state, SharedReads reads, ILogger<JobBroadcast> log)
{
    /// <summary>The newest feed number that all watchers have; 0: none was seen.</summary>
    public long Newest => reads.Newest;

    /// <summary>Begins to watch all jobs that the caller may see; <see cref="OpenAsync"/> comes next.</summary>
    public IDisposable Watch(Watcher watcher, Caller caller) =>
        Watch(() => state.Watchers.Add(watcher, caller), () => state.Watchers.Remove(watcher, caller));

    /// <summary>Begins to watch one job; <see cref="Seed"/> comes next.</summary>
    public IDisposable Watch(Watcher watcher, Guid job) =>
        Watch(() => state.Watchers.Add(watcher, job), () =>
        {
            state.Watchers.Remove(watcher, job);
            if (!state.Watchers.Wants(job))
            {
                state.Jobs.Forget(job);
            }
        });

    /// <summary>The open jobs, from a read that is shared with those who ask at the same time; the watcher gets what changes after it.</summary>
    public async Task<OpenJobs> OpenAsync(Watcher watcher, Caller caller)
    {
        await reads.FreshAsync();
        lock (state.Gate)
        {
            watcher.Clear();
            var visible = state.Jobs.Open.Where(job => caller.IsSuperAdmin || (job.CompanyId is not null && job.CompanyId == caller.CompanyId));
            return new OpenJobs([.. visible.OrderBy(job => job.Id).Select(job => (job.Id, job.Live.WholeUtf8))], reads.Newest);
        }
    }

    /// <summary>Take it before a job is read for <see cref="Seed"/>.</summary>
    public long Version()
    {
        lock (state.Gate)
        {
            return state.Jobs.Version;
        }
    }

    /// <summary>Gives the shared state a job that was read for its watcher, who gets what changes after the answer.</summary>
    /// <returns>The job as it is now; null: it ended meanwhile, and the watcher has the events of that.</returns>
    public (byte[] Whole, long Number)? Seed(Watcher watcher, JobView view, long number, long since)
    {
        lock (state.Gate)
        {
            if (state.Jobs.Put(view, number, since, source.Live.HasRedis) is { } frame)
            {
                state.Watchers.Offer(frame, except: watcher);
            }

            if (state.Jobs.Find(view.Id) is not { } job)
            {
                return null;
            }

            watcher.Clear();
            return (job.Live.WholeUtf8, job.Number);
        }
    }

    /// <summary>At a keep-alive: checks for what was not published, once for all streams of that time.</summary>
    public async Task CheckAsync()
    {
        try
        {
            await reads.CheckAsync();
        }
        catch (Exception failure) when (DatabaseFailures.IsUnreachable(failure))
        {
            log.LogWarning("Could not look for jobs that ended without an event; looking again at the next keep-alive: {Reason}", failure.Message);
        }
    }

    private Subscription Watch(Action add, Action remove)
    {
        lock (state.Gate)
        {
            add();
            state.NoteWatchers();
        }

        return new Subscription(() =>
        {
            lock (state.Gate)
            {
                var hadFeeds = state.Watchers.HasFeeds;
                remove();
                state.NoteWatchers();
                if (!state.IsWatched || (hadFeeds && !state.Watchers.HasFeeds))
                {
                    reads.Forget();
                }
            }
        });
    }

    private sealed class Subscription(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }
}

/// <summary>The open jobs that a caller may see, oldest first, each whole as JSON in UTF-8.</summary>
/// <param name="Newest">The feed number that they are at; 0: not known.</param>
internal sealed record OpenJobs(IReadOnlyList<(Guid Id, byte[] Whole)> Jobs, long Newest);
