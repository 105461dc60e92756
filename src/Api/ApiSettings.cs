using System.Net;
using System.Text;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Hosting.Settings;

namespace MultiPanel.Api;

/// <summary>What the API needs beside the stores.</summary>
public sealed record ApiSettings
{
    /// <summary>HMAC-SHA-256 wants a key as long as its output (RFC 7518, 3.2).</summary>
    private const int ShortestSecret = 32;

    private static readonly IPNetwork[] Loopback = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    /// <summary>Of examples that were copied without being read.</summary>
    private static readonly string[] Placeholders = ["change_me", "change-me", "changeme", "your-secret", "your_secret", "example"];

    /// <summary>Signs access tokens.</summary>
    public required string JwtSecret { get; init; }

    /// <summary>Marks refresh tokens as ours.</summary>
    public required string RefreshSecret { get; init; }

    public TimeSpan AccessLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The names under which services sign in by tokens that other programs made; no user can have one of them.</summary>
    public IReadOnlyList<string> Services { get; init; } = ["system"];

    /// <summary>How long a sign-in lives on without being refreshed.</summary>
    public TimeSpan RefreshLifetime { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long the audit log keeps an entry.</summary>
    public TimeSpan AuditKept { get; init; } = TimeSpan.FromDays(365);

    /// <summary>The first admin's; null: one is made and printed once.</summary>
    public string? AdminPassword { get; init; }

    /// <summary>bcrypt's, of the hashes that are made and of every refusal. No setting of a site: a lower one is for tests.</summary>
    public int PasswordCost { get; init; } = Passwords.UsualCost;

    /// <summary>The proxies whose <c>X-Forwarded-For</c> and <c>-Proto</c> count; from other addresses they are ignored.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = Loopback;

    /// <summary>Web pages of other origins that may call the API, for example <c>https://vdi.example.com</c>; none: no other.</summary>
    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    /// <summary>How many event streams may be open at once on this host.</summary>
    public int MaxStreams { get; init; } = 1_000;

    /// <summary>How long a read may wait for Redis before the database answers. No setting of a site: a longer one is for tests.</summary>
    public TimeSpan RedisLimit { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>The address to listen on.</summary>
    public string Bind { get; init; } = "127.0.0.1";

    /// <summary>0 takes a free one.</summary>
    public int Port { get; init; } = 5000;

    public bool IsService(string name) => Services.Contains(name, StringComparer.OrdinalIgnoreCase);

    public string Url => Bind.Contains(':', StringComparison.Ordinal) ? $"http://[{Bind}]:{Port}" : $"http://{Bind}:{Port}";

    /// <exception cref="SettingsException">Thrown by the caller's <see cref="SettingsReader.ThrowIfWrong"/>, not here.</exception>
    public static ApiSettings Read(SettingsReader reader)
    {
        var secret = Secret(reader, "JWT_ACCESS_SECRET", "the secret that signs access tokens");
        var refresh = Secret(reader, "JWT_REFRESH_SECRET", "the secret that refresh tokens are made with");
        if (secret.Length > 0 && secret == refresh)
        {
            reader.Reject("JWT_REFRESH_SECRET", "is the same as JWT_ACCESS_SECRET: who knows one must not know both");
        }

        var password = reader.Optional("MULTIPANEL_ADMIN_PASSWORD");
        if (password is not null && PasswordRules.Problem(password) is { } problem)
        {
            reader.Reject("MULTIPANEL_ADMIN_PASSWORD", problem);
        }

        var bind = reader.Optional("BIND") ?? "127.0.0.1";
        if (bind != "localhost" && !IPAddress.TryParse(bind, out _))
        {
            reader.Reject("BIND", $"is '{bind}': it must be an IP address to listen on, for example 127.0.0.1 or 0.0.0.0");
        }

        reader.CheckCertificateFiles();
        var proxies = Loopback.ToList();
        if (reader.Optional("TRUSTED_PROXIES") is { } listed && !HttpEdge.TryParseNetworks(listed, out proxies))
        {
            reader.Reject("TRUSTED_PROXIES", $"is '{listed}': it must be addresses or networks separated by commas, for example 127.0.0.1, 10.0.0.0/8");
        }

        return new ApiSettings
        {
            TrustedProxies = proxies,
            CorsOrigins = Origins(reader),
            JwtSecret = secret,
            RefreshSecret = refresh,
            Services = ServiceNames(reader),
            AccessLifetime = TimeSpan.FromHours(reader.Number("JWT_ACCESS_HOURS", 24, 1, 24 * 365)),
            RefreshLifetime = TimeSpan.FromDays(reader.Number("JWT_REFRESH_DAYS", 30, 1, 365)),
            AuditKept = TimeSpan.FromDays(reader.Number("AUDIT_DAYS", 365, 1, 36_500)),
            MaxStreams = reader.Number("MAX_STREAMS", 1_000, 1, 100_000),
            AdminPassword = password,
            Bind = bind,
            Port = reader.Number("PORT", 5000, 0, 65_535),
        };
    }

    private static string Secret(SettingsReader reader, string name, string meaning)
    {
        var secret = reader.Required(name, $"{meaning}; make one with: openssl rand -base64 48");
        if (secret.Length > 0 && Encoding.UTF8.GetByteCount(secret) < ShortestSecret)
        {
            reader.Reject(name, $"is too short: it must have at least {ShortestSecret} bytes");
        }
        else if (Placeholders.Any(placeholder => secret.Contains(placeholder, StringComparison.OrdinalIgnoreCase)))
        {
            reader.Reject(name, "still holds an example's text; make one with: openssl rand -base64 48");
        }

        return secret;
    }

    private static string[] ServiceNames(SettingsReader reader)
    {
        var names = (reader.Optional("JWT_SERVICES") ?? "system").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var wrong in names.Where(name => name.Length > 255 || !TextRules.IsLine(name)))
        {
            reader.Reject("JWT_SERVICES", $"has '{wrong}': it must be names separated by commas, for example system, portal");
        }

        return names;
    }

    private static List<string> Origins(SettingsReader reader)
    {
        var origins = (reader.Optional("CORS_ORIGINS") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var wrong in origins.Where(origin => !Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https") || uri.GetLeftPart(UriPartial.Authority) != origin))
        {
            reader.Reject("CORS_ORIGINS", $"has '{wrong}': it must be origins separated by commas, for example https://vdi.example.com, without a path");
        }

        return [.. origins];
    }
}
