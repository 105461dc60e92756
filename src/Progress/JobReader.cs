using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Jobs;
using StackExchange.Redis;

namespace MultiPanel.Progress;

/// <summary>Reads from Redis what is live of jobs. What Redis does not know is null or empty here; the database then answers.</summary>
public sealed class JobReader(IConnectionMultiplexer redis)
{
    /// <returns>The job and the number of its newest event.</returns>
    public async Task<(JobView Job, long Number)?> SnapshotAsync(Guid job) =>
        Parse(await redis.GetDatabase().HashGetAllAsync(ProgressKeys.Snapshot(job)));

    /// <summary>Many at once, in one round trip; those that Redis does not know are left out.</summary>
    public async Task<IReadOnlyDictionary<Guid, (JobView Job, long Number)>> SnapshotsAsync(IEnumerable<Guid> jobs)
    {
        var database = redis.GetDatabase();
        var reads = jobs.Select(job => (Id: job, Hash: database.HashGetAllAsync(ProgressKeys.Snapshot(job)))).ToList();
        var found = new Dictionary<Guid, (JobView, long)>();
        foreach (var (id, hash) in reads)
        {
            if (Parse(await hash) is { } snapshot)
            {
                found[id] = snapshot;
            }
        }

        return found;
    }

    /// <summary>The kept events of a job, oldest first.</summary>
    public async Task<IReadOnlyList<(long Number, string Change)>> EventsAsync(Guid job) =>
        [.. (await redis.GetDatabase().ListRangeAsync(ProgressKeys.Events(job))).Select(entry =>
        {
            var text = entry.ToString();
            var space = text.IndexOf(' ', StringComparison.Ordinal);
            return (long.Parse(text.AsSpan(0, space), CultureInfo.InvariantCulture), text[(space + 1)..]);
        })];

    /// <summary>Jobs that have changed since the feed's given number, in that order.</summary>
    /// <param name="company">Whose; null with <paramref name="all"/>: those of all companies and of the platform.</param>
    public async Task<IReadOnlyList<(Guid Job, long Feed)>> ChangedSinceAsync(int? company, bool all, long feed) =>
        [.. (await redis.GetDatabase().SortedSetRangeByScoreWithScoresAsync(
                all ? ProgressKeys.RecentOfAll : ProgressKeys.Recent(company), feed, exclude: Exclude.Start))
            .Select(entry => (Guid.Parse(entry.Element.ToString()), (long)entry.Score))];

    /// <summary>The feed's newest number; 0 before the first change.</summary>
    public async Task<long> FeedNumberAsync() => (long)await redis.GetDatabase().StringGetAsync(ProgressKeys.FeedNumber);

    /// <summary>
    /// Whether <see cref="ChangedSinceAsync"/> has all since the given number: something older is still known. If not, Redis
    /// may have been emptied since, or more has changed than it keeps.
    /// </summary>
    public async Task<bool> ReachesBackToAsync(int? company, bool all, long feed) =>
        await redis.GetDatabase().SortedSetLengthAsync(all ? ProgressKeys.RecentOfAll : ProgressKeys.Recent(company), 0, feed) > 0;

    private static (JobView Job, long Number)? Parse(HashEntry[] hash)
    {
        if (hash.Length == 0)
        {
            return null;
        }

        var fields = hash.ToDictionary(entry => entry.Name.ToString(), entry => entry.Value.ToString());
        if (!fields.Remove("step_names", out var names) || !fields.Remove("seq", out var number))
        {
            return null;
        }

        var order = names.Split(',', StringSplitOptions.RemoveEmptyEntries);
        var whole = new JsonObject();
        var steps = new List<JobStep>();
        foreach (var (name, json) in fields)
        {
            if (name.StartsWith("step:", StringComparison.Ordinal))
            {
                steps.Add(JsonSerializer.Deserialize<JobStep>(json, ContractJson.Options)!);
            }
            else
            {
                whole[name] = JsonNode.Parse(json);
            }
        }

        whole["steps"] = JsonSerializer.SerializeToNode(
            steps.OrderBy(step => Place(order, step.Name)).ThenBy(step => step.StartedAt), ContractJson.Options);
        return (whole.Deserialize<JobView>(ContractJson.Options)!, long.Parse(number, CultureInfo.InvariantCulture));
    }

    /// <summary>Steps that were not planned, such as the undoing, come last.</summary>
    private static int Place(string[] order, string step) => Array.IndexOf(order, step) is var place and >= 0 ? place : int.MaxValue;
}
