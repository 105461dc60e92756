using MultiPanel.Api.Auth;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Progress;
using MultiPanel.Progress.Loops;

namespace MultiPanel.Api.Jobs.Streams;

/// <summary>
/// Folds the feed of changes once a process, and hands each change as one shared frame to the streams that may see it.
/// Reading the open jobs again is shared too. While nobody watches it does nothing and keeps nothing.
/// </summary>
internal sealed class JobBroadcast : RepeatingService
{
    /// <summary>How far apart the API's processes read again after Redis came back.</summary>
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(1);

    private readonly StreamSource source;
    private readonly Lock gate = new();
    private readonly WatcherIndex watchers = new();
    private readonly SharedJobs jobs = new();
    private readonly SharedReads reads;
    private readonly SingleFlight rereading;
    private readonly FeedListener listener;
    private volatile bool isWatched;

    public JobBroadcast(ProgressFeed feed, StreamSource source, TimeProvider clock, ILogger<JobBroadcast> log) : base(log, clock)
    {
        this.source = source;
        reads = new SharedReads(source, gate, watchers, jobs);
        rereading = new SingleFlight(RereadAsync);
        // Here, not in RunAsync, which begins at some time after the first stream may.
        listener = feed.Listen(_ => isWatched);
    }

    /// <summary>The newest feed number that all watchers have; 0: none was seen.</summary>
    public long Newest => reads.Newest;

    /// <summary>Begins to watch all jobs that the caller may see; <see cref="OpenAsync"/> comes next.</summary>
    public IDisposable Watch(Watcher watcher, Caller caller) =>
        Watch(() => watchers.Add(watcher, caller), () => watchers.Remove(watcher, caller));

    /// <summary>Begins to watch one job; <see cref="Seed"/> comes next.</summary>
    public IDisposable Watch(Watcher watcher, Guid job) =>
        Watch(() => watchers.Add(watcher, job), () =>
        {
            watchers.Remove(watcher, job);
            if (!watchers.Wants(job))
            {
                jobs.Forget(job);
            }
        });

    /// <summary>The open jobs, from a read that is shared with those who ask at the same time; the watcher gets what changes after it.</summary>
    public async Task<OpenJobs> OpenAsync(Watcher watcher, Caller caller)
    {
        await reads.FreshAsync();
        lock (gate)
        {
            watcher.Clear();
            var visible = jobs.Open.Where(job => caller.IsSuperAdmin || (job.CompanyId is not null && job.CompanyId == caller.CompanyId));
            return new OpenJobs([.. visible.OrderBy(job => job.Id).Select(job => (job.Id, job.Live.WholeUtf8))], reads.Newest);
        }
    }

    /// <summary>Take it before a job is read for <see cref="Seed"/>.</summary>
    public long Version()
    {
        lock (gate)
        {
            return jobs.Version;
        }
    }

    /// <summary>Gives the shared state a job that was read for its watcher, who gets what changes after the answer.</summary>
    /// <returns>The job as it is now; null: it ended meanwhile, and the watcher has the events of that.</returns>
    public (byte[] Whole, long Number)? Seed(Watcher watcher, JobView view, long number, long since)
    {
        lock (gate)
        {
            if (jobs.Put(view, number, since, source.Live.HasRedis) is { } frame)
            {
                watchers.Offer(frame, except: watcher);
            }

            if (jobs.Find(view.Id) is not { } job)
            {
                return null;
            }

            watcher.Clear();
            return (job.Live.WholeUtf8, job.Number);
        }
    }

    /// <summary>At a keep-alive: looks whether something was not published, once for all streams of that time.</summary>
    public async Task CheckAsync()
    {
        try
        {
            await reads.CheckAsync();
        }
        catch (Exception failure) when (DatabaseFailures.IsAway(failure))
        {
            Log.LogWarning("Could not look for jobs that ended without an event; looking again at the next keep-alive: {Reason}", failure.Message);
        }
    }

    public override void Dispose()
    {
        listener.Dispose();
        base.Dispose();
    }

    protected override Task RunAsync(RoundLoop loop, CancellationToken stopping) => loop.RunAsync(NextAsync, stopping);

    /// <summary>A change that was missed or could not be taken in is made up for at once, without the pause of a failed round.</summary>
    private async Task NextAsync(CancellationToken stopping)
    {
        try
        {
            if (await listener.NextAsync(stopping) is { } change)
            {
                await TakeAsync(change, stopping);
            }
            else
            {
                Miss();
            }
        }
        catch (Exception failure) when (!stopping.IsCancellationRequested)
        {
            if (!DatabaseFailures.IsAway(failure))
            {
                Log.LogError(failure, "Could not take in a change of a job; reading the open jobs again");
            }

            Miss();
        }
    }

    private async Task TakeAsync(JobEvent change, CancellationToken cancellation)
    {
        long since;
        lock (gate)
        {
            if (!watchers.Wants(change.JobId))
            {
                jobs.Forget(change.JobId);
                reads.Saw(change.Feed);
                return;
            }

            since = jobs.Version;
            var frame = jobs.Apply(change, out var unknown);
            if (frame is not null)
            {
                watchers.Offer(frame);
            }

            if (!unknown)
            {
                reads.Saw(change.Feed);
                return;
            }
        }

        await foreach (var (view, number) in source.ReadAsync(CallerScope.Everything, [change.JobId], cancellation))
        {
            reads.Put(view, Math.Max(number, change.Number), since);
        }

        lock (gate)
        {
            reads.Saw(change.Feed);
        }
    }

    private void Miss()
    {
        lock (gate)
        {
            if (!watchers.HasAny)
            {
                return;
            }

            jobs.Doubt();
            reads.Doubt();
        }

        // It handles its failures itself.
        _ = rereading.RunAsync();
    }

    private async Task RereadAsync()
    {
        var stopping = source.Stopping;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Spread * Random.Shared.NextDouble(), stopping);
                await reads.AgainAsync();
                return;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                Log.LogWarning(failure, "Could not read the open jobs again; retrying");
            }
        }
    }

    private Left Watch(Action add, Action remove)
    {
        lock (gate)
        {
            add();
            isWatched = true;
        }

        return new Left(() =>
        {
            lock (gate)
            {
                var hadFeeds = watchers.HasFeeds;
                remove();
                isWatched = watchers.HasAny;
                if (!isWatched || (hadFeeds && !watchers.HasFeeds))
                {
                    reads.Forget();
                }
            }
        });
    }

    private sealed class Left(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }
}

/// <summary>The open jobs that a caller may see, oldest first, each whole as JSON in UTF-8.</summary>
/// <param name="Newest">The feed number that they are at; 0: not known.</param>
internal sealed record OpenJobs(IReadOnlyList<(Guid Id, byte[] Whole)> Jobs, long Newest);
