using MultiPanel.Data;

namespace MultiPanel.Api.Jobs.Streams;

/// <summary>Reads jobs from Redis and the database into the shared state; what differs from it goes to the watchers.</summary>
internal sealed class SharedStateReader(StreamSource source, SharedState state)
{
    /// <summary>Reads the open jobs, in pieces, as long as the state is of that epoch.</summary>
    /// <param name="since">The state's version before the read.</param>
    /// <returns>Those that were read.</returns>
    public async Task<HashSet<Guid>> ReadOpenAsync(long since, long epoch)
    {
        var seen = new HashSet<Guid>();
        await foreach (var piece in source.OpenAsync(source.Stopping))
        {
            lock (state.Gate)
            {
                if (epoch != state.Epoch)
                {
                    break;
                }

                foreach (var (view, number) in piece)
                {
                    seen.Add(view.Id);
                    state.Put(view, number, since);
                }
            }
        }

        return seen;
    }

    /// <summary>Reads the known jobs that are not among the open ones: each has ended, or is watched by itself.</summary>
    public Task ReadRestAsync(HashSet<Guid> seen, long since)
    {
        List<Guid> rest;
        lock (state.Gate)
        {
            var known = state.Jobs.Open.Where(job => job.Version <= since || job.IsDoubtful).Select(job => job.Id);
            rest = [.. known.Concat(state.Watchers.Jobs.Where(id => state.Jobs.Find(id) is null)).Where(id => !seen.Contains(id))];
        }

        return ReadAsync(rest, since);
    }

    /// <summary>Reads the jobs that have ended since then.</summary>
    public async Task ReadEndedAsync(DateTimeOffset from, long since)
    {
        await foreach (var (view, number) in source.EndedAsync(CallerScope.Everything, from, source.Stopping))
        {
            state.Put(view, number, since);
        }
    }

    /// <summary>Reads those of the jobs that are over.</summary>
    public async Task ReadOverAsync(IEnumerable<Guid> ids, long since) => await ReadAsync(await source.OverAsync(ids, source.Stopping), since);

    /// <param name="number">An event's that led to the read; what was read is at least as new.</param>
    public async Task ReadAsync(IReadOnlyList<Guid> ids, long since, long number = 0)
    {
        await foreach (var (view, read) in source.ReadAsync(CallerScope.Everything, ids, source.Stopping))
        {
            state.Put(view, Math.Max(read, number), since);
        }
    }
}
