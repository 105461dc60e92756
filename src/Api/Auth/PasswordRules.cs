using System.Text;
using MultiPanel.Api.Http;

namespace MultiPanel.Api.Auth;

/// <summary>Which passwords are taken.</summary>
internal static class PasswordRules
{
    /// <summary>What attackers try first, and what our own examples and the demo use.</summary>
    private static readonly HashSet<string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        "admin123", "operator123", "password", "password1", "passw0rd", "change_me", "changeme", "12345678", "123456789", "1234567890",
        "multipanel", "qwertyui", "administrator", "choose-a-better-one",
    };

    /// <returns>What is wrong with it; null: nothing.</returns>
    public static string? Problem(string password) => password switch
    {
        { Length: < Passwords.Shortest } => $"must have at least {Passwords.Shortest} characters",
        _ when Encoding.UTF8.GetByteCount(password) > Passwords.LongestBytes => $"must have at most {Passwords.LongestBytes} bytes: bcrypt takes no more",
        _ when !TextRules.IsSecret(password) => "must not hold control characters such as tabs, line ends or escapes",
        _ when Known.Contains(password) => "is one of those that are tried first; choose another",
        _ => null,
    };

    public static void Check(string field, string? password, Rules rules)
    {
        if (password is not null && Problem(password) is { } problem)
        {
            rules.Fail(field, problem);
        }
    }
}
