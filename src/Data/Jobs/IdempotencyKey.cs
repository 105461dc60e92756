namespace MultiPanel.Data.Jobs;

/// <summary>
/// That a user's command with this key was accepted, and as which job. Written in the accepting transaction; kept 24 h. One
/// that changes many jobs has a row of its own (no job), and one for each of them whose fingerprint is the first row's key.
/// </summary>
public sealed class IdempotencyKey
{
    public int UserId { get; set; }

    /// <summary>SHA-256 of the header's value, in hex: it compares alike in every database.</summary>
    public required string Key { get; set; }

    /// <summary>SHA-256 of method, path, query and body, in hex: the same key with another of these is another command.</summary>
    public required string Fingerprint { get; set; }

    public Guid JobId { get; set; }

    public DateTime CreatedAt { get; set; }
}
