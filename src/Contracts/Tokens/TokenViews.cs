namespace MultiPanel.Contracts.Tokens;

/// <summary>How much of what its user may do an API token may do; each includes the ones before.</summary>
public enum TokenScope
{
    Read,

    /// <summary>Also commands: what becomes a job.</summary>
    Command,

    /// <summary>Also users, companies, clusters, tokens and the password.</summary>
    Admin,
}

/// <summary>An API token, without what it signs in with.</summary>
public record TokenView
{
    public required int Id { get; init; }

    public required int UserId { get; init; }

    public required string Name { get; init; }

    /// <summary>How it begins.</summary>
    public required string Prefix { get; init; }

    public required TokenScope Scope { get; init; }

    public required DateTime CreatedAt { get; init; }

    /// <summary>Absent: it does not end by itself.</summary>
    public DateTime? ExpiresAt { get; init; }

    /// <summary>To the minute.</summary>
    public DateTime? LastUsedAt { get; init; }
}

/// <summary>The answer to <c>POST /api/tokens</c>, the only one that ever has the token itself.</summary>
public sealed record CreatedToken : TokenView
{
    /// <summary>For <c>Authorization: Bearer mp_…</c>.</summary>
    public required string Token { get; init; }
}

/// <summary><c>POST /api/tokens</c>.</summary>
public sealed record CreateTokenRequest
{
    public required string Name { get; init; }

    public TokenScope Scope { get; init; } = TokenScope.Read;

    /// <summary>Absent: it does not end by itself, or with the API token that it is made with. It may not end after that one.</summary>
    public DateTime? ExpiresAt { get; init; }
}
