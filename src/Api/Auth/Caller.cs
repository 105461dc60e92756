using MultiPanel.Contracts.Auth;
using MultiPanel.Data;
using MultiPanel.Data.Tokens;
using MultiPanel.Data.Users;

namespace MultiPanel.Api.Auth;

/// <summary>Who sent the request: a user as the database has them, or a service as its token says.</summary>
/// <param name="Id">0: a service that is no user here.</param>
public sealed record Caller(int Id, string Username, Role Role, int? CompanyId)
{
    /// <summary>Not signed in; sees nothing.</summary>
    public static Caller Anonymous { get; } = new(0, "", Role.User, null);

    /// <summary>Null: no user of ours.</summary>
    public int? UserId => Id == 0 ? null : Id;

    public bool IsSuperAdmin => Role == Role.SuperAdmin;

    /// <summary>The sign-in that the access token is of; null where it was made elsewhere.</summary>
    public Guid? Session { get; init; }

    /// <summary>When the token was made, in seconds since 1970.</summary>
    public long Issued { get; init; }

    /// <summary>The API token in the place of an access token.</summary>
    public ApiToken? Token { get; init; }

    /// <summary>As a service's token shows it; null for users.</summary>
    public UserView? Service { get; init; }

    /// <summary>Whose rows the caller sees; the database context enforces it.</summary>
    public CallerScope Scope => IsSuperAdmin ? CallerScope.Everything : CallerScope.Of(CompanyId);

    public static Caller Of(User user) => new(user.Id, user.Username, user.Role, user.CompanyId);
}
