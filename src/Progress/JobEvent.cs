using System.Globalization;

namespace MultiPanel.Progress;

/// <summary>One published change of a job.</summary>
/// <param name="Feed">Its number in the feed of all jobs.</param>
/// <param name="Number">Its number within the job; rises, with gaps.</param>
/// <param name="CompanyId">Null: the platform's own job.</param>
/// <param name="Change">The changed fields as JSON; of the steps only those that changed, as <c>changed_steps</c>.</param>
public sealed record JobEvent(long Feed, long Number, Guid JobId, int? CompanyId, string Change)
{
    /// <summary>It has the whole job: at its accept, after Redis was emptied, and when it is tried again.</summary>
    public bool IsWhole => HasWholeJob(Change);

    /// <summary>JSON escapes quotes within texts, so these can only be the field.</summary>
    public static bool HasWholeJob(string change) => change.Contains("\"steps\":[", StringComparison.Ordinal);

    /// <param name="channel">Ends with the company's id; 0 for the platform's own jobs.</param>
    /// <param name="message">As <c>report.lua</c> publishes it: <c>{feed} {number} {job} {change}</c>.</param>
    public static JobEvent Parse(string channel, string message)
    {
        var parts = message.Split(' ', 4);
        var company = int.Parse(channel.AsSpan(channel.LastIndexOf(':') + 1), CultureInfo.InvariantCulture);
        return new JobEvent(
            long.Parse(parts[0], CultureInfo.InvariantCulture),
            long.Parse(parts[1], CultureInfo.InvariantCulture),
            Guid.Parse(parts[2]),
            company == 0 ? null : company,
            parts[3]);
    }
}
