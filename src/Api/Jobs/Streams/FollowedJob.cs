using System.Text.Json;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Progress;

namespace MultiPanel.Api.Jobs.Streams;

/// <summary>A job as one reader has it, and the number of the event that it is at.</summary>
internal sealed class FollowedJob
{
    private LiveJob job;

    public FollowedJob(JobView view, long number)
    {
        job = new LiveJob(view);
        Number = number;
    }

    public long Number { get; private set; }

    public string Whole => job.Whole;

    public bool IsOver => job.IsOver;

    /// <summary>An event that has the whole job: at its accept, after Redis was emptied, and when it is tried again.</summary>
    public static JobView? WholeOf(string change) =>
        // JSON escapes quotes within texts, so these can only be the field.
        change.Contains("\"steps\":[", StringComparison.Ordinal) ? JsonSerializer.Deserialize<JobView>(change, ContractJson.Options) : null;

    /// <returns>The changed fields, with all steps if one has changed.</returns>
    public string Take(long number, string change)
    {
        Number = number;
        if (WholeOf(change) is not { } whole)
        {
            return job.Apply(change);
        }

        job = new LiveJob(whole);
        return job.Whole;
    }
}
