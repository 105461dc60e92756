using System.Collections.Concurrent;
using System.Globalization;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using StackExchange.Redis;

namespace MultiPanel.Workers.Estimates;

/// <summary>
/// How long each step of each kind of job takes on each node, learned from those that succeeded, and what follows for one
/// that runs. A moving average, in Redis so that all workers share it; lost with Redis, it is learned again.
/// </summary>
public sealed class StepDurations(IConnectionMultiplexer redis, TimeProvider clock)
{
    /// <summary>The newest counts a fifth: ten jobs after a change of storage the old one is forgotten.</summary>
    private const double Newest = 0.2;

    private const string AnyNode = "*";

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<int, Known> clusters = new();

    /// <summary>By cluster: what was learned and is not in Redis yet.</summary>
    private readonly ConcurrentDictionary<int, ConcurrentDictionary<string, double>> pending = new();

    private readonly ConcurrentDictionary<int, DateTimeOffset> written = new();

    public async Task LearnAsync(Job job)
    {
        if (job is not { ClusterId: { } cluster, Status: JobStatus.Succeeded })
        {
            return;
        }

        var known = (await ReadAsync(cluster)).Seconds;
        var node = NodeOf(job);
        var learned = pending.GetOrAdd(cluster, _ => new ConcurrentDictionary<string, double>());
        foreach (var step in job.Steps.Where(step => step is { Status: StepStatus.Succeeded or StepStatus.Skipped, StartedAt: not null, FinishedAt: not null }))
        {
            var took = (step.FinishedAt!.Value - step.StartedAt!.Value).TotalSeconds;
            foreach (var field in new[] { Field(job.Kind, node, step.Name), Field(job.Kind, AnyNode, step.Name) })
            {
                learned.AddOrUpdate(
                    field,
                    _ => known.TryGetValue(field, out var before) ? Moved(before, took) : took,
                    (_, before) => Moved(before, took));
            }
        }

        await WriteAsync(cluster);
    }

    private static double Moved(double before, double took) => before + (Newest * (took - before));

    /// <summary>Once in a while for all that was learned since: an average need not be exact.</summary>
    private async Task WriteAsync(int cluster)
    {
        var now = clock.GetUtcNow();
        if (written.TryGetValue(cluster, out var last) && now - last < Fresh)
        {
            return;
        }

        written[cluster] = now;
        if (pending.TryRemove(cluster, out var learned) && !learned.IsEmpty)
        {
            await redis.GetDatabase().HashSetAsync(Key(cluster), [.. learned.Select(field => new HashEntry(field.Key, field.Value))]);
        }
    }

    /// <summary>What is left of a job, without its time in line.</summary>
    /// <returns>Seconds; null: nothing is known of one of its steps.</returns>
    public async Task<double?> LeftAsync(Job job)
    {
        if (job.ClusterId is not { } cluster || job.IsFinal)
        {
            return null;
        }

        var known = (await ReadAsync(cluster)).Seconds;
        var node = NodeOf(job);
        var left = 0.0;
        foreach (var step in job.Steps.Where(step => step.FinishedAt is null))
        {
            if (Of(known, job.Kind, node, step.Name) is not { } takes)
            {
                return null;
            }

            left += Math.Max(0, takes - (step.StartedAt is { } since ? (clock.GetUtcNow().UtcDateTime - since).TotalSeconds : 0));
        }

        return Math.Max(1, Math.Round(left));
    }

    /// <summary>How long one step takes.</summary>
    /// <returns>Seconds; null: not known.</returns>
    public async Task<double?> OfAsync(int cluster, string kind, string? node, string step) =>
        Of((await ReadAsync(cluster)).Seconds, kind, node ?? AnyNode, step);

    private static double? Of(Dictionary<string, double> known, string kind, string node, string step) =>
        known.TryGetValue(Field(kind, node, step), out var there) ? there
        : known.TryGetValue(Field(kind, AnyNode, step), out var anywhere) ? anywhere : null;

    private static string NodeOf(Job job) => job.Steps.LastOrDefault(step => step.Node is not null)?.Node ?? AnyNode;

    private static string Field(string kind, string node, string step) => $"{kind} {node} {step}";

    private static RedisKey Key(int cluster) => $"mp:durations:{cluster}";

    private async Task<Known> ReadAsync(int cluster)
    {
        var now = clock.GetUtcNow();
        if (clusters.TryGetValue(cluster, out var known) && now - known.At < Fresh)
        {
            return known;
        }

        await WriteAsync(cluster);
        var read = await redis.GetDatabase().HashGetAllAsync(Key(cluster));
        return clusters[cluster] = new Known(now, read.ToDictionary(
            entry => entry.Name.ToString(), entry => double.Parse(entry.Value.ToString(), CultureInfo.InvariantCulture)));
    }

    private sealed record Known(DateTimeOffset At, Dictionary<string, double> Seconds);
}
