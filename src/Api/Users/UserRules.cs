using System.Net.Mail;
using System.Text.RegularExpressions;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Auth;
using MultiPanel.Contracts.Users;

namespace MultiPanel.Api.Users;

/// <summary>What a user's fields must look like.</summary>
internal static partial class UserRules
{
    /// <param name="mail">Mail is on: a link to choose the password can be sent.</param>
    public static void Create(UserRequest user, Rules rules, bool mail)
    {
        rules.Required("username", user.Username);
        rules.Required("email", user.Email);
        rules.That(mail || user.Password is not (null or ""), "password", "is required: this panel sends no mail (SMTP_HOST is not set), so no link to choose one");
        rules.Required("role", user.Role);
        Change(user, rules);
    }

    public static void Change(UserRequest user, Rules rules)
    {
        // Without an @ it can never be taken for an e-mail address at sign-in.
        rules.Text("username", user.Username, Username().IsMatch, "must have 1 to 64 letters, digits, dots, hyphens and underscores, and begin with a letter or digit");
        rules.Text("email", user.Email, IsEmail, "must be an e-mail address");
        PasswordRules.Check("password", user.Password, rules);
        rules.Range("company_id", user.CompanyId, 1, int.MaxValue);
        rules.That(user.Role != Role.SuperAdmin || user.CompanyId is null, "company_id", "must be absent: a super admin is of no company");
    }

    private static bool IsEmail(string text) =>
        text.Length <= 255 && !text.Any(char.IsWhiteSpace) && TextRules.IsLine(text)
        && MailAddress.TryCreate(text, out var address) && address.Address == text;

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._\-]{0,63}\z")]
    private static partial Regex Username();
}
