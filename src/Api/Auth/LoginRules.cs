using MultiPanel.Api.Http;
using MultiPanel.Contracts.Auth;

namespace MultiPanel.Api.Auth;

/// <summary>What a sign-in must look like.</summary>
internal static class LoginRules
{
    /// <summary>Longer than any password; no user needs megabytes to be hashed.</summary>
    public const int Longest = 1024;

    public static void Check(LoginRequest login, Rules rules)
    {
        rules.Required("username", login.Username);
        rules.Required("password", login.Password);
        Username(login.Username, rules);
        rules.That(login.Password is not { Length: > Longest }, "password", $"must be at most {Longest} characters long");
    }

    /// <summary>As it was typed; it goes to the audit log whether there is such a user or not.</summary>
    public static void Username(string? username, Rules rules)
    {
        rules.That(username is not { Length: > 255 }, "username", "must be at most 255 characters long");
        rules.Text("username", username, TextRules.IsLine, "must be one line of visible characters");
    }
}
