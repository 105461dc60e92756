using MultiPanel.Contracts.Tokens;

namespace MultiPanel.Data.Tokens;

/// <summary>A token that a script signs in with, as its user and never as more.</summary>
public sealed class ApiToken
{
    public int Id { get; set; }

    public int UserId { get; set; }

    /// <summary>Its user's, whose administrators may revoke it.</summary>
    public int? CompanyId { get; set; }

    public required string Name { get; set; }

    /// <summary>How it begins, to recognise it by.</summary>
    public required string Prefix { get; set; }

    /// <summary>SHA-256 in hex; it has 256 random bits, so nothing slower is needed.</summary>
    public required string Hash { get; set; }

    public TokenScope Scope { get; set; }

    public DateTime CreatedAt { get; set; }

    public DateTime? ExpiresAt { get; set; }

    /// <summary>To the minute.</summary>
    public DateTime? LastUsedAt { get; set; }
}
