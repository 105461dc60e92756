namespace MultiPanel.Data.Jobs;

/// <summary>The events of one attempt of a finished job, moved here from Redis.</summary>
public sealed class JobHistory
{
    public Guid JobId { get; set; }

    public int Attempt { get; set; }

    /// <summary>A JSON array of the events as they were published, oldest first.</summary>
    public required string Events { get; set; }
}
