using System.Text;
using System.Text.Json;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Jobs;
using StackExchange.Redis;

namespace MultiPanel.Progress;

/// <summary>Writes the progress of jobs to Redis. A final status stays, and an attempt never turns back to an earlier one.</summary>
public sealed class JobProgress(IConnectionMultiplexer redis, IJobSource source, TimeProvider clock)
{
    /// <summary>More than a long clone with one event a second of its first minutes needs; the newest stay.</summary>
    private const int KeptEvents = 500;

    private const int KeptRecent = 10_000;

    private static readonly TimeSpan KeptAfterEnd = TimeSpan.FromDays(1);

    private static readonly RedisScript Report = new(typeof(JobProgress), "report.lua");

    /// <summary>Sets the whole job where Redis has nothing of this attempt: when it is accepted or tried again.</summary>
    public Task PublishNewAsync(JobView job) => NewPublication(job).RunAsync(redis.GetDatabase());

    /// <summary>As <see cref="PublishNewAsync"/>, to be run together with other scripts.</summary>
    public ScriptCall NewPublication(JobView job) => Whole(job, "new");

    /// <summary>Sets the whole job, unless Redis has its final status already.</summary>
    public Task PublishAsync(JobView job) => Publication(job).RunAsync(redis.GetDatabase());

    /// <summary>As <see cref="PublishAsync"/>, to be run together with other scripts.</summary>
    public ScriptCall Publication(JobView job) => Whole(job, "whole");

    /// <returns>False: the job is over, or there is none; nothing was changed.</returns>
    public Task<bool> ReportAsync(JobRef job, JobChange change, CancellationToken cancellation = default) =>
        ReportTogetherAsync(job, change, [], cancellation);

    /// <summary>Reports a change and runs other scripts after it, in one round trip.</summary>
    /// <inheritdoc cref="ReportAsync"/>
    public async Task<(bool Changed, RedisResult[] Answers)> ReportWithAsync(
        JobRef job, JobChange change, IReadOnlyList<ScriptCall> others, CancellationToken cancellation = default)
    {
        var answers = await ScriptCall.RunTogetherAsync(redis.GetDatabase(), [Change(job, change, "change"), .. others]);
        return ((long)answers[0] switch
        {
            > 0 => true,
            0 => false,
            _ => await ReportWholeAsync(job, change, "change", cancellation),
        }, answers[1..]);
    }

    /// <summary>
    /// Reports what was measured a moment ago: where the job has advanced meanwhile, the measurement is old and is dropped.
    /// </summary>
    /// <returns>False: it was old, or the job is over, or there is none; nothing was changed.</returns>
    public async Task<bool> ReportRiseAsync(JobRef job, JobChange change, CancellationToken cancellation = default) =>
        (long)await Change(job, change, "rise").RunAsync(redis.GetDatabase()) switch
        {
            > 0 => true,
            0 => false,
            _ => await ReportWholeAsync(job, change, "rise", cancellation),
        };

    private async Task<bool> ReportTogetherAsync(JobRef job, JobChange change, IReadOnlyList<ScriptCall> others, CancellationToken cancellation) =>
        (await ReportWithAsync(job, change, others, cancellation)).Changed;

    /// <summary>Redis lost the job, or never had this attempt: brings the row there, then the change.</summary>
    private async Task<bool> ReportWholeAsync(JobRef job, JobChange change, string mode, CancellationToken cancellation)
    {
        if (await source.LoadAsync(job.Id, cancellation) is not { } row || row.Status.IsFinal() || row.Attempt != job.Attempt)
        {
            return false;
        }

        // Only if it is still missing: another reporter may have brought it back and gone on from there.
        var answers = await ScriptCall.RunTogetherAsync(redis.GetDatabase(), Whole(row, "new"), Change(job, change, mode));
        return (long)answers[1] > 0;
    }

    private ScriptCall Whole(JobView job, string mode) =>
        Call(new JobRef(job.Id, job.CompanyId, job.Attempt), mode, job.Status, JobFields.Whole(job));

    private ScriptCall Change(JobRef job, JobChange change, string mode) => Call(job, mode, change.Status, JobFields.Of(change));

    private ScriptCall Call(JobRef job, string mode, JobStatus? status, JobFields fields)
    {
        var ttl = status?.IsFinal() == true ? (long)KeptAfterEnd.TotalSeconds : 0;
        return Report.With(
            [ProgressKeys.Snapshot(job.Id), ProgressKeys.Events(job.Id), ProgressKeys.Recent(job.CompanyId), ProgressKeys.RecentOfAll, ProgressKeys.FeedNumber],
            [
                job.Id.ToString(), ProgressKeys.Channel(job.CompanyId).ToString(), KeptEvents, KeptRecent, ttl, mode,
                clock.GetUtcNow().ToUnixTimeMilliseconds(), job.Attempt, fields.Event, .. fields.Snapshot,
            ]);
    }

    /// <summary>A change as its event and as the snapshot's fields.</summary>
    private sealed record JobFields(string Event, IReadOnlyList<RedisValue> Snapshot)
    {
        public static JobFields Whole(JobView job) =>
            Of(JsonSerializer.SerializeToUtf8Bytes(job, ContractJson.Options), "steps", job.Steps, ["step_names", string.Join(',', job.Steps.Select(step => step.Name))]);

        public static JobFields Of(JobChange change) =>
            Of(JsonSerializer.SerializeToUtf8Bytes(change, ContractJson.Options), "changed_steps", change.Steps ?? [], []);

        /// <summary>Cuts the JSON into its fields; steps are fields of their own, so that one can change alone.</summary>
        private static JobFields Of(byte[] json, string stepsField, IReadOnlyList<JobStep> steps, List<RedisValue> snapshot)
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                reader.Read();
                var from = (int)reader.TokenStartIndex;
                reader.Skip();
                if (name != stepsField)
                {
                    snapshot.Add(name);
                    snapshot.Add(json[from..(int)reader.BytesConsumed]);
                }
            }

            foreach (var step in steps)
            {
                snapshot.Add($"step:{step.Name}");
                snapshot.Add(JsonSerializer.SerializeToUtf8Bytes(step, ContractJson.Options));
            }

            return new JobFields(Encoding.UTF8.GetString(json), snapshot);
        }
    }
}
