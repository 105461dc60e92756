namespace MultiPanel.Progress;

/// <summary>One published change of a job.</summary>
/// <param name="Feed">Its number in the feed of all jobs.</param>
/// <param name="Number">Its number within the job; rises, with gaps.</param>
/// <param name="CompanyId">Null: the platform's own job.</param>
/// <param name="Change">The changed fields as JSON; of the steps only those that changed, as <c>changed_steps</c>.</param>
public sealed record JobEvent(long Feed, long Number, Guid JobId, int? CompanyId, string Change);
