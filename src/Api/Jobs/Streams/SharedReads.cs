using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;

namespace MultiPanel.Api.Jobs.Streams;

/// <summary>
/// Reads the open jobs for all watchers at once: for new ones, after something was missed, and while Redis cannot be
/// reached. What differs from the shared state goes to the watchers.
/// </summary>
internal sealed class SharedReads
{
    /// <summary>New watchers of that time share one read.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    /// <summary>Shorter than the time between two keep-alives of a stream.</summary>
    private static readonly TimeSpan BetweenChecks = TimeSpan.FromSeconds(10);

    private readonly StreamSource source;
    private readonly Lock gate;
    private readonly WatcherIndex watchers;
    private readonly SharedJobs jobs;
    private readonly SingleFlight reading;
    private readonly SingleFlight checking;

    // Guarded by the gate.
    private DateTimeOffset? readAt;
    private DateTimeOffset? checkedAt;
    private DateTimeOffset knownUntil;
    private bool doubtful;
    private long completed;
    private long epoch;
    private long newest;
    private long checkedFeed;

    /// <param name="gate">Of watchers and jobs.</param>
    public SharedReads(StreamSource source, Lock gate, WatcherIndex watchers, SharedJobs jobs)
    {
        (this.source, this.gate, this.watchers, this.jobs) = (source, gate, watchers, jobs);
        knownUntil = source.Clock.GetUtcNow();
        reading = new SingleFlight(ReadAsync);
        checking = new SingleFlight(LookAsync);
    }

    /// <summary>The newest feed number that is part of the shared state.</summary>
    public long Newest => Interlocked.Read(ref newest);

    /// <summary>Call it within the gate: an event is part of the shared state.</summary>
    public void Saw(long feed)
    {
        Interlocked.Exchange(ref newest, Math.Max(newest, feed));
        if (!doubtful)
        {
            knownUntil = source.Clock.GetUtcNow();
        }
    }

    /// <summary>Call it within the gate: events may have been missed.</summary>
    public void Doubt() => (doubtful, readAt) = (true, null);

    /// <summary>Call it within the gate: nobody watches all jobs any more, so the state is not kept up.</summary>
    public void Forget()
    {
        jobs.Clear();
        (readAt, doubtful) = (null, false);
        epoch++;
    }

    /// <summary>Returns when the shared state has all open jobs.</summary>
    public async Task FreshAsync()
    {
        long before;
        lock (gate)
        {
            before = completed;
        }

        while (true)
        {
            lock (gate)
            {
                if (readAt is { } read && (completed > before || source.Clock.GetUtcNow() - read < Fresh))
                {
                    return;
                }
            }

            await reading.RunAsync();
        }
    }

    /// <summary>Reads again after something was missed.</summary>
    public async Task AgainAsync()
    {
        while (IsDoubtful())
        {
            await reading.RunAsync();
        }
    }

    public Task CheckAsync()
    {
        lock (gate)
        {
            if (checkedAt is { } last && source.Clock.GetUtcNow() - last < BetweenChecks)
            {
                return Task.CompletedTask;
            }
        }

        return checking.RunAsync();
    }

    public void Put(JobView view, long number, long since)
    {
        lock (gate)
        {
            Offer(view, number, since);
        }
    }

    private bool IsDoubtful()
    {
        lock (gate)
        {
            return doubtful && watchers.HasAny;
        }
    }

    private void Offer(JobView view, long number, long since)
    {
        if (watchers.Wants(view.Id) && jobs.Put(view, number, since, source.Live.HasRedis) is { } frame)
        {
            watchers.Offer(frame);
        }
    }

    private async Task ReadAsync()
    {
        var begun = source.Clock.GetUtcNow();
        var feed = await source.FeedNumberAsync();
        long since, of;
        bool all, missed;
        DateTimeOffset until;
        lock (gate)
        {
            (since, of, all, until) = (jobs.Version, epoch, watchers.HasFeeds, knownUntil);
            missed = doubtful || feed is null;
            doubtful = false;
        }

        try
        {
            var seen = all ? await ReadOpenAsync(since, of) : [];
            // What is left was open and is no longer, or is watched alone.
            await ReadAgainAsync(Unseen(seen, since), since);
            if (all && missed)
            {
                await foreach (var (view, number) in source.EndedAsync(CallerScope.Everything, until, source.Stopping))
                {
                    Put(view, number, since);
                }
            }
        }
        catch
        {
            lock (gate)
            {
                doubtful |= missed;
                knownUntil = until < knownUntil ? until : knownUntil;
            }

            throw;
        }

        lock (gate)
        {
            if (of != epoch)
            {
                return;
            }

            Interlocked.Exchange(ref newest, Math.Max(newest, feed ?? 0));
            completed++;
            readAt = all && !doubtful ? source.Clock.GetUtcNow() : readAt;
            knownUntil = doubtful ? knownUntil : begun;
        }
    }

    private async Task<HashSet<Guid>> ReadOpenAsync(long since, long of)
    {
        var seen = new HashSet<Guid>();
        await foreach (var piece in source.OpenAsync(source.Stopping))
        {
            lock (gate)
            {
                if (of != epoch)
                {
                    break;
                }

                foreach (var (view, number) in piece)
                {
                    seen.Add(view.Id);
                    Offer(view, number, since);
                }
            }
        }

        return seen;
    }

    private List<Guid> Unseen(HashSet<Guid> seen, long since)
    {
        lock (gate)
        {
            var known = jobs.Open.Where(job => job.Version <= since || job.IsDoubtful).Select(job => job.Id);
            return [.. known.Concat(watchers.Jobs.Where(id => jobs.Find(id) is null)).Where(id => !seen.Contains(id))];
        }
    }

    private async Task ReadAgainAsync(IReadOnlyList<Guid> ids, long since)
    {
        await foreach (var (view, number) in source.ReadAsync(CallerScope.Everything, ids, source.Stopping))
        {
            Put(view, number, since);
        }
    }

    /// <summary>Finds what the feed did not say: an end that was only written to the database, or events that were lost on the way.</summary>
    private async Task LookAsync()
    {
        var feed = await source.FeedNumberAsync();
        List<Guid> ids;
        long since;
        bool lost;
        lock (gate)
        {
            lost = feed is null || checkedFeed > newest;
            checkedFeed = feed ?? 0;
            since = jobs.Version;
            ids = [.. jobs.Open.Select(job => job.Id).Union(watchers.Jobs)];
            if (lost)
            {
                jobs.Doubt();
                Doubt();
            }
        }

        if (lost)
        {
            await reading.RunAsync();
        }
        else
        {
            await ReadAgainAsync(await source.OverAsync(ids, source.Stopping), since);
        }

        lock (gate)
        {
            checkedAt = source.Clock.GetUtcNow();
        }
    }
}
