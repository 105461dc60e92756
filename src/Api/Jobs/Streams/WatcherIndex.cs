using System.Runtime.InteropServices;
using MultiPanel.Api.Auth;

namespace MultiPanel.Api.Jobs.Streams;

/// <summary>Who watches what, so that an event costs nothing for those who may not see it. Not for concurrent use.</summary>
internal sealed class WatcherIndex
{
    private readonly HashSet<Watcher> all = [];
    private readonly Dictionary<int, HashSet<Watcher>> companies = [];
    private readonly Dictionary<Guid, HashSet<Watcher>> jobs = [];
    private int feeds;

    /// <summary>A stream watches all jobs, of a company or of all companies.</summary>
    public bool HasFeeds => feeds > 0;

    public bool HasAny => HasFeeds || jobs.Count > 0;

    public bool Wants(Guid job) => HasFeeds || jobs.ContainsKey(job);

    /// <summary>The jobs that are watched one by one.</summary>
    public IEnumerable<Guid> Jobs => jobs.Keys;

    /// <summary>All jobs that the caller may see; a caller without a company sees none.</summary>
    public void Add(Watcher watcher, Caller caller)
    {
        feeds++;
        if (caller.IsSuperAdmin)
        {
            all.Add(watcher);
        }
        else if (caller.CompanyId is { } company)
        {
            Add(companies, company, watcher);
        }
    }

    public void Add(Watcher watcher, Guid job) => Add(jobs, job, watcher);

    public void Remove(Watcher watcher, Caller caller)
    {
        feeds--;
        all.Remove(watcher);
        if (caller.CompanyId is { } company)
        {
            Remove(companies, company, watcher);
        }
    }

    public void Remove(Watcher watcher, Guid job) => Remove(jobs, job, watcher);

    /// <param name="except">Has it already.</param>
    public void Offer(JobFrame frame, Watcher? except = null)
    {
        Offer(all, frame, except);
        if (frame.CompanyId is { } company && companies.TryGetValue(company, out var colleagues))
        {
            Offer(colleagues, frame, except);
        }

        if (jobs.TryGetValue(frame.JobId, out var watchers))
        {
            Offer(watchers, frame, except);
        }
    }

    private static void Offer(HashSet<Watcher> watchers, JobFrame frame, Watcher? except)
    {
        foreach (var watcher in watchers)
        {
            if (watcher != except)
            {
                watcher.Offer(frame);
            }
        }
    }

    private static void Add<TKey>(Dictionary<TKey, HashSet<Watcher>> index, TKey key, Watcher watcher) where TKey : notnull
    {
        ref var watchers = ref CollectionsMarshal.GetValueRefOrAddDefault(index, key, out _);
        (watchers ??= []).Add(watcher);
    }

    private static void Remove<TKey>(Dictionary<TKey, HashSet<Watcher>> index, TKey key, Watcher watcher) where TKey : notnull
    {
        if (index.TryGetValue(key, out var watchers) && watchers.Remove(watcher) && watchers.Count == 0)
        {
            index.Remove(key);
        }
    }
}
