namespace MultiPanel.Contracts.Auth;

/// <summary><c>POST /api/auth/login</c>.</summary>
public sealed record LoginRequest
{
    /// <summary>The user name or the e-mail address.</summary>
    public required string Username { get; init; }

    public required string Password { get; init; }
}

/// <summary>A signed-in user.</summary>
/// <param name="Token">For <c>Authorization: Bearer</c>; 24 hours.</param>
/// <param name="RefreshToken">For <c>POST /api/auth/refresh</c>, once; the answer has the next one.</param>
public sealed record LoginResult(string Token, string RefreshToken, UserView User);

/// <summary><c>POST /api/auth/refresh</c>.</summary>
public sealed record RefreshRequest
{
    public required string RefreshToken { get; init; }
}

/// <summary><c>POST /api/auth/logout</c>; without a refresh token the sign-in of the access token ends.</summary>
public sealed record LogoutRequest
{
    public string? RefreshToken { get; init; }
}

/// <summary>The answer to it.</summary>
public sealed record LoggedOut(bool SignedOut);

/// <summary><c>POST /api/auth/password</c>.</summary>
public sealed record PasswordRequest
{
    public required string CurrentPassword { get; init; }

    public required string NewPassword { get; init; }
}

/// <summary><c>POST /api/auth/password/forgot</c>.</summary>
public sealed record ForgotPasswordRequest
{
    /// <summary>The user name or the e-mail address.</summary>
    public required string Username { get; init; }
}

/// <summary>The answer to it, the same whether there is such a user or not.</summary>
public sealed record ForgotPasswordAnswer(string Message);

/// <summary><c>POST /api/auth/password/reset</c>.</summary>
public sealed record ResetPasswordRequest
{
    /// <summary>What stands behind the # of the link in the mail.</summary>
    public required string Token { get; init; }

    public required string Password { get; init; }
}

/// <summary>The answer to it.</summary>
/// <param name="Username">Who can sign in with the new password now.</param>
public sealed record ResetPasswordAnswer(string Username);

/// <summary><c>PATCH /api/auth/me</c>.</summary>
public sealed record OwnSettingsRequest
{
    /// <summary>Whether the user is mailed about own jobs that fail.</summary>
    public bool? MailFailedJobs { get; init; }
}

public sealed record UserView
{
    public required int Id { get; init; }

    public required string Username { get; init; }

    public required string Email { get; init; }

    public required Role Role { get; init; }

    public int? CompanyId { get; init; }

    public required UserStatus Status { get; init; }

    public DateTime? CreatedAt { get; init; }

    /// <summary>Whether the user is mailed about own jobs that fail.</summary>
    public bool? MailFailedJobs { get; init; }
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
