namespace MultiPanel.Api.Jobs.Streams;

/// <summary>One change of a job as all its watchers get it; made once and shared by them.</summary>
/// <param name="Number">The event's number within the job.</param>
/// <param name="Feed">Its number in the feed; 0: it was read, not published, so no client can resume from it.</param>
/// <param name="FeedBefore">The feed number of the job's event before; 0: not known.</param>
/// <param name="Data">The changed fields, or the whole job: JSON in UTF-8.</param>
/// <param name="Whole">The whole job after the change: JSON in UTF-8.</param>
internal sealed record JobFrame(Guid JobId, int? CompanyId, long Number, long Feed, long FeedBefore, bool IsOver, byte[] Data, byte[] Whole);
