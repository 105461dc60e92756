using MultiPanel.Contracts.Auth;

namespace MultiPanel.Data.Users;

/// <summary>Somebody who can sign in.</summary>
public sealed class User
{
    public int Id { get; set; }

    public required string Username { get; set; }

    public required string Email { get; set; }

    /// <summary>bcrypt; <c>$2a$</c>, <c>$2b$</c> or PHP's <c>$2y$</c>.</summary>
    public required string PasswordHash { get; set; }

    public Role Role { get; set; }

    public int? CompanyId { get; set; }

    public UserStatus Status { get; set; }

    public DateTime CreatedAt { get; set; }

    /// <summary>Tokens issued before do not count: the password was changed then, or the user disabled. A whole second, as tokens count them.</summary>
    public DateTime? TokensValidFrom { get; set; }
}
