using System.Net;
using System.Text;
using MultiPanel.Hosting.Settings;

namespace MultiPanel.Api;

/// <summary>What the API needs beside the stores.</summary>
public sealed record ApiSettings
{
    /// <summary>bcrypt takes no more than 72 bytes; fewer than 8 characters are guessed.</summary>
    private const int ShortestPassword = 8, LongestPassword = 72;

    /// <summary>HMAC-SHA-256 wants a key as long as its output (RFC 7518, 3.2).</summary>
    private const int ShortestSecret = 32;

    /// <summary>Signs access tokens.</summary>
    public required string JwtSecret { get; init; }

    /// <summary>The first admin's; null: one is made and printed once.</summary>
    public string? AdminPassword { get; init; }

    /// <summary>The address to listen on.</summary>
    public string Bind { get; init; } = "127.0.0.1";

    /// <summary>0 takes a free one.</summary>
    public int Port { get; init; } = 5000;

    public string Url => Bind.Contains(':', StringComparison.Ordinal) ? $"http://[{Bind}]:{Port}" : $"http://{Bind}:{Port}";

    /// <exception cref="SettingsException">Thrown by the caller's <see cref="SettingsReader.ThrowIfWrong"/>, not here.</exception>
    public static ApiSettings Read(SettingsReader reader)
    {
        var secret = reader.Required("JWT_ACCESS_SECRET", "the secret that signs access tokens; make one with: openssl rand -base64 48");
        if (secret.Length > 0 && Encoding.UTF8.GetByteCount(secret) < ShortestSecret)
        {
            reader.Reject("JWT_ACCESS_SECRET", $"is too short: it must have at least {ShortestSecret} bytes");
        }

        var password = reader.Optional("MULTIPANEL_ADMIN_PASSWORD");
        if (password is not null && (password.Length < ShortestPassword || Encoding.UTF8.GetByteCount(password) > LongestPassword))
        {
            reader.Reject("MULTIPANEL_ADMIN_PASSWORD", $"must have {ShortestPassword} to {LongestPassword} characters");
        }

        var bind = reader.Optional("BIND") ?? "127.0.0.1";
        if (bind != "localhost" && !IPAddress.TryParse(bind, out _))
        {
            reader.Reject("BIND", $"is '{bind}': it must be an IP address to listen on, for example 127.0.0.1 or 0.0.0.0");
        }

        return new ApiSettings
        {
            JwtSecret = secret,
            AdminPassword = password,
            Bind = bind,
            Port = reader.Number("PORT", 5000, 0, 65_535),
        };
    }
}
