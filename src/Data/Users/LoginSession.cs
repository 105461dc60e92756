namespace MultiPanel.Data.Users;

/// <summary>One sign-in: the family of the refresh tokens that followed from it. Only its newest one is taken.</summary>
public sealed class LoginSession
{
    public Guid Id { get; set; }

    public int UserId { get; set; }

    /// <summary>HMAC-SHA-256 of its newest refresh token, in hex.</summary>
    public required string TokenHash { get; set; }

    public DateTime CreatedAt { get; set; }

    /// <summary>When it was last refreshed; it lives on from there.</summary>
    public DateTime RefreshedAt { get; set; }

    public DateTime ExpiresAt { get; set; }

    /// <summary>Signed out, or an old refresh token was used again.</summary>
    public DateTime? EndedAt { get; set; }
}
