namespace MultiPanel.Api.Jobs.Streams;

/// <summary>
/// Says when the open jobs are read for all watchers at once: for new ones, after something was missed, and while Redis
/// cannot be reached.
/// </summary>
internal sealed class SharedReads
{
    /// <summary>New watchers of that time share one read.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    /// <summary>Shorter than the time between two keep-alives of a stream.</summary>
    private static readonly TimeSpan BetweenChecks = TimeSpan.FromSeconds(10);

    private readonly StreamSource source;
    private readonly SharedState state;
    private readonly SharedStateReader reader;
    private readonly SingleFlight reading, checking;

    // Guarded by the state's gate.
    private DateTimeOffset? readAt, checkedAt;
    private DateTimeOffset knownUntil;
    private bool doubtful;
    private long completed, newest, checkedFeed;

    public SharedReads(StreamSource source, SharedState state, SharedStateReader reader)
    {
        (this.source, this.state, this.reader) = (source, state, reader);
        knownUntil = source.Clock.GetUtcNow();
        reading = new SingleFlight(ReadAsync);
        checking = new SingleFlight(CheckOnceAsync);
    }

    /// <summary>The newest feed number that is part of the shared state; 0: none was seen.</summary>
    public long Newest => Interlocked.Read(ref newest);

    /// <summary>Events may have been missed, and streams wait for what they would have said.</summary>
    public bool IsDue()
    {
        lock (state.Gate)
        {
            return doubtful && state.Watchers.HasAny;
        }
    }

    /// <summary>An event is part of the shared state.</summary>
    public void Saw(long feed)
    {
        lock (state.Gate)
        {
            Interlocked.Exchange(ref newest, Math.Max(newest, feed));
            if (!doubtful)
            {
                knownUntil = source.Clock.GetUtcNow();
            }
        }
    }

    /// <summary>Events may have been missed: no event is folded into a job before that job is read again.</summary>
    public void Doubt()
    {
        lock (state.Gate)
        {
            state.Jobs.Doubt();
            (doubtful, readAt) = (true, null);
        }
    }

    /// <summary>No stream watches all jobs any more, so the state is not kept up to date.</summary>
    public void Forget()
    {
        lock (state.Gate)
        {
            state.DropJobs();
            (readAt, doubtful) = (null, false);
        }
    }

    /// <summary>Returns when the shared state has all open jobs.</summary>
    public async Task FreshAsync()
    {
        long before;
        lock (state.Gate)
        {
            before = completed;
        }

        while (true)
        {
            lock (state.Gate)
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
        while (IsDue())
        {
            await reading.RunAsync();
        }
    }

    /// <summary>At a keep-alive: finds what the feed did not say, once for all streams of that time.</summary>
    public Task CheckAsync()
    {
        lock (state.Gate)
        {
            if (checkedAt is { } last && source.Clock.GetUtcNow() - last < BetweenChecks)
            {
                return Task.CompletedTask;
            }
        }

        return checking.RunAsync();
    }

    private async Task ReadAsync()
    {
        var begun = source.Clock.GetUtcNow();
        var feed = await source.FeedNumberAsync();
        long since, epoch;
        bool all, missed;
        DateTimeOffset until;
        lock (state.Gate)
        {
            (since, epoch, all, until) = (state.Jobs.Version, state.Epoch, state.Watchers.HasFeeds, knownUntil);
            missed = doubtful || feed is null;
            doubtful = false;
        }

        try
        {
            var seen = all ? await reader.ReadOpenAsync(since, epoch) : [];
            await reader.ReadRestAsync(seen, since);
            if (all && missed)
            {
                await reader.ReadEndedAsync(until, since);
            }
        }
        catch
        {
            lock (state.Gate)
            {
                doubtful |= missed;
                knownUntil = until < knownUntil ? until : knownUntil;
            }

            throw;
        }

        lock (state.Gate)
        {
            if (epoch != state.Epoch)
            {
                return;
            }

            Interlocked.Exchange(ref newest, Math.Max(newest, feed ?? 0));
            completed++;
            readAt = all && !doubtful ? source.Clock.GetUtcNow() : readAt;
            knownUntil = doubtful ? knownUntil : begun;
        }
    }

    /// <summary>Finds an end that was only written to the database, or events that were lost on the way.</summary>
    private async Task CheckOnceAsync()
    {
        var feed = await source.FeedNumberAsync();
        List<Guid> ids;
        long since;
        bool lost;
        lock (state.Gate)
        {
            lost = feed is null || checkedFeed > newest;
            checkedFeed = feed ?? 0;
            since = state.Jobs.Version;
            ids = [.. state.Jobs.Open.Select(job => job.Id).Union(state.Watchers.Jobs)];
            if (lost)
            {
                Doubt();
            }
        }

        await (lost ? reading.RunAsync() : reader.ReadOverAsync(ids, since));
        lock (state.Gate)
        {
            checkedAt = source.Clock.GetUtcNow();
        }
    }
}
