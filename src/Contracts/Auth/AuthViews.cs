namespace MultiPanel.Contracts.Auth;

/// <summary><c>POST /api/auth/login</c>.</summary>
public sealed record LoginRequest
{
    public required string Username { get; init; }

    public required string Password { get; init; }
}

/// <summary>A signed-in user.</summary>
public sealed record LoginResult(string Token, UserView User);

public sealed record UserView
{
    public required int Id { get; init; }

    public required string Username { get; init; }

    public required string Email { get; init; }

    public required Role Role { get; init; }

    public int? CompanyId { get; init; }

    public required UserStatus Status { get; init; }
}

public enum Role
{
    SuperAdmin,
    CompanyAdmin,
    Operator,
    User,
}

public enum UserStatus
{
    Active,
    Inactive,
}
