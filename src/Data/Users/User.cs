using MultiPanel.Contracts.Auth;

namespace MultiPanel.Data.Users;

/// <summary>A person who can sign in.</summary>
public sealed class User
{
    /// <summary>What no password has: the user is to choose one by a link.</summary>
    public const string NoPassword = "!";

    public int Id { get; set; }

    public required string Username { get; set; }

    public required string Email { get; set; }

    /// <summary>bcrypt; <c>$2a$</c>, <c>$2b$</c> or PHP's <c>$2y$</c>; or <see cref="NoPassword"/>.</summary>
    public required string PasswordHash { get; set; }

    public Role Role { get; set; }

    public int? CompanyId { get; set; }

    public UserStatus Status { get; set; }

    public DateTime CreatedAt { get; set; }

    /// <summary>Tokens issued before do not count: the password was changed then, or the user disabled. A whole second, as tokens count them.</summary>
    public DateTime? TokensValidFrom { get; set; }

    /// <summary>SHA-256, in hex, of the newest link by which the password can be set; null: there is none. See <see cref="PasswordLink"/>.</summary>
    public string? PasswordLinkHash { get; set; }

    public DateTime? PasswordLinkUntil { get; set; }

    /// <summary>Wants a mail where a job of theirs fails.</summary>
    public bool MailFailedJobs { get; set; } = true;

    /// <summary>When the last mail about failed jobs went out: the next one keeps its distance.</summary>
    public DateTime? FailuresMailedAt { get; set; }
}
