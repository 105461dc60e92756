using MultiPanel.Contracts.Auth;

namespace MultiPanel.Contracts.Users;

/// <summary><c>POST /api/users</c>; <c>PATCH</c> takes the same fields, each optional.</summary>
public sealed record UserRequest
{
    public string? Username { get; init; }

    public string? Email { get; init; }

    /// <summary>Ends all tokens of the user when it is changed. A new user without one gets a link to choose it, where the panel sends mail.</summary>
    public string? Password { get; init; }

    public Role? Role { get; init; }

    /// <summary>Required for all but super admins, who have none; a company admin's own where it is absent.</summary>
    public int? CompanyId { get; init; }

    public UserStatus? Status { get; init; }

    /// <summary>Whether the user is mailed about own jobs that fail; absent: yes.</summary>
    public bool? MailFailedJobs { get; init; }
}
