using System.Text.Json.Serialization;
using MultiPanel.Contracts.Auth;

namespace MultiPanel.Contracts.VdiIntegration;

/// <summary>A user as the VDI platform and older clients know one: exactly these fields.</summary>
public sealed record VdiUser
{
    public required int Id { get; init; }

    public required string Username { get; init; }

    public required string Email { get; init; }

    public required Role Role { get; init; }

    /// <summary>Null for super admins; there, not absent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int? CompanyId { get; init; }

    public required UserStatus Status { get; init; }
}

/// <summary><c>POST /api/vdi-integration/auth/login</c>.</summary>
public sealed record VdiLogin(string Token, VdiUser User);

/// <summary>Its refusal: exactly these fields.</summary>
public sealed record VdiRefusal(bool Success, string Message);
