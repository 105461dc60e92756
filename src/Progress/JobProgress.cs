using System.Text.Json;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Jobs;
using StackExchange.Redis;

namespace MultiPanel.Progress;

/// <summary>Writes the progress of jobs to Redis. A final status stays: later changes are refused.</summary>
public sealed class JobProgress(IConnectionMultiplexer redis, IJobSource source, TimeProvider clock)
{
    /// <summary>More than a long clone with one event a second of its first minutes needs; the newest stay.</summary>
    private const int KeptEvents = 500;

    private const int KeptRecent = 10_000;

    private static readonly TimeSpan KeptAfterEnd = TimeSpan.FromDays(1);

    private static readonly RedisScript Report = new(typeof(JobProgress), "report.lua");

    /// <summary>Sets the whole job: at accept, and after Redis was emptied.</summary>
    public Task PublishAsync(JobView job) => RunAsync(job.Id, job.CompanyId, "whole", job.Status, JobFields.Whole(job));

    /// <summary>Sets the whole job although it was over: it starts again.</summary>
    public Task ReopenAsync(JobView job) => RunAsync(job.Id, job.CompanyId, "reopen", job.Status, JobFields.Whole(job));

    /// <returns>False: the job is over, or there is none; nothing was changed.</returns>
    public Task<bool> ReportAsync(Guid jobId, int? companyId, JobChange change, CancellationToken cancellation = default) =>
        ReportAsync(jobId, companyId, "change", change, cancellation);

    /// <summary>The same for what was measured a moment ago: where the job has got further meanwhile, it is old and counts for nothing.</summary>
    /// <returns>False: it was old, or the job is over, or there is none; nothing was changed.</returns>
    public Task<bool> ReportRiseAsync(Guid jobId, int? companyId, JobChange change, CancellationToken cancellation = default) =>
        ReportAsync(jobId, companyId, "rise", change, cancellation);

    private async Task<bool> ReportAsync(Guid jobId, int? companyId, string mode, JobChange change, CancellationToken cancellation)
    {
        var fields = JobFields.Of(change);
        var number = await RunAsync(jobId, companyId, mode, change.Status, fields);
        if (number >= 0)
        {
            return number > 0;
        }

        if (await source.LoadAsync(jobId, cancellation) is not { } job || job.Status.IsFinal())
        {
            return false;
        }

        // Only if it is still missing: another reporter may have brought it back and gone on from there.
        await RunAsync(jobId, companyId, "missing", job.Status, JobFields.Whole(job));
        return await RunAsync(jobId, companyId, mode, change.Status, fields) > 0;
    }

    private async Task<long> RunAsync(Guid job, int? company, string mode, JobStatus? status, JobFields fields)
    {
        var ttl = status?.IsFinal() == true ? (long)KeptAfterEnd.TotalSeconds : 0;
        RedisValue[] arguments =
        [
            job.ToString(), ProgressKeys.Channel(company).ToString(), KeptEvents, KeptRecent, ttl, mode,
            clock.GetUtcNow().ToUnixTimeMilliseconds(), fields.Event, .. fields.Snapshot,
        ];
        return (long)await Report.RunAsync(
            redis.GetDatabase(),
            [ProgressKeys.Snapshot(job), ProgressKeys.Events(job), ProgressKeys.Recent(company), ProgressKeys.RecentOfAll, ProgressKeys.FeedNumber],
            arguments);
    }

    /// <summary>A change as its event and as the snapshot's fields.</summary>
    private sealed record JobFields(string Event, IReadOnlyList<RedisValue> Snapshot)
    {
        public static JobFields Whole(JobView job)
        {
            var whole = JsonSerializer.SerializeToElement(job, ContractJson.Options);
            var snapshot = Fields(whole, except: "steps");
            snapshot.AddRange(["step_names", string.Join(',', job.Steps.Select(step => step.Name))]);
            foreach (var step in job.Steps)
            {
                snapshot.AddRange([$"step:{step.Name}", JsonSerializer.Serialize(step, ContractJson.Options)]);
            }

            return new JobFields(whole.GetRawText(), snapshot);
        }

        public static JobFields Of(JobChange change)
        {
            var changed = JsonSerializer.SerializeToElement(change, ContractJson.Options);
            var snapshot = Fields(changed, except: "changed_steps");
            foreach (var step in change.Steps ?? [])
            {
                snapshot.AddRange([$"step:{step.Name}", JsonSerializer.Serialize(step, ContractJson.Options)]);
            }

            return new JobFields(changed.GetRawText(), snapshot);
        }

        private static List<RedisValue> Fields(JsonElement element, string except) =>
            [.. element.EnumerateObject().Where(field => field.Name != except)
                .SelectMany(field => new RedisValue[] { field.Name, field.Value.GetRawText() })];
    }
}
