using MultiPanel.Contracts.Auth;
using MultiPanel.Data;
using MultiPanel.Data.Users;

namespace MultiPanel.Api.Auth;

/// <summary>Who sent the request, as the database has them.</summary>
public sealed record Caller(int Id, string Username, Role Role, int? CompanyId)
{
    /// <summary>Not signed in; sees nothing.</summary>
    public static Caller Nobody { get; } = new(0, "", Role.User, null);

    public bool IsSuperAdmin => Role == Role.SuperAdmin;

    /// <summary>Whose rows the caller sees; the database context enforces it.</summary>
    public CallerScope Scope => IsSuperAdmin ? CallerScope.Everything : CallerScope.Of(CompanyId);

    public static Caller Of(User user) => new(user.Id, user.Username, user.Role, user.CompanyId);
}
