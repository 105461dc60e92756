using System.Net;
using System.Text;
using MultiPanel.Gateway.Tls;
using IPNetwork = System.Net.IPNetwork;

namespace MultiPanel.Gateway.Settings;

/// <summary>All that the gateway needs to know.</summary>
internal sealed record GatewaySettings
{
    /// <summary>HMAC-SHA-256 wants a key as long as its output (RFC 7518, 3.2); the main panel asks for as much.</summary>
    private const int ShortestSecret = 32;

    public required PanelAddress MainPanel { get; init; }

    public required CertificateTrust Trust { get; init; }

    /// <summary>For the gateway's own calls; callers' requests carry the callers' tokens.</summary>
    public required string SystemToken { get; init; }

    /// <summary>The main panel's JWT_ACCESS_SECRET.</summary>
    public required string JwtSecret { get; init; }

    public string Bind { get; init; } = "127.0.0.1";

    /// <summary>0 takes a free one.</summary>
    public int Port { get; init; } = 5001;

    /// <summary>Whose X-Forwarded-For is believed.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = Loopback;

    public string Url => Bind.Contains(':', StringComparison.Ordinal) ? $"http://[{Bind}]:{Port}" : $"http://{Bind}:{Port}";

    private static IReadOnlyList<IPNetwork> Loopback { get; } = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    /// <exception cref="SettingsException">With everything that is missing or wrong.</exception>
    public static GatewaySettings Read(SettingsReader reader)
    {
        var address = ReadAddress(reader);
        var trust = ReadTrust(reader, address);
        var secret = reader.Required("JWT_SECRET", "the main panel's JWT_ACCESS_SECRET, with which callers' tokens are checked");
        var longEnough = secret is not null && Encoding.UTF8.GetByteCount(secret) >= ShortestSecret;
        if (secret is not null && !longEnough)
        {
            reader.Reject("JWT_SECRET", $"is too short: it must have at least {ShortestSecret} bytes");
        }

        var token = reader.Required("SYSTEM_JWT_TOKEN", "a service token signed with JWT_SECRET, for the gateway's own calls to the main panel");
        if (token is not null && longEnough && Auth.CallerTokens.WhyNotOurs(token, secret!) is { } why)
        {
            reader.Reject("SYSTEM_JWT_TOKEN", why);
        }

        var bind = reader.Optional("BIND") ?? "127.0.0.1";
        if (bind != "localhost" && !IPAddress.TryParse(bind, out _))
        {
            reader.Reject("BIND", $"is '{bind}': it must be an IP address to listen on, for example 127.0.0.1 or 0.0.0.0");
        }

        reader.CheckCertificateFiles();
        var settings = new GatewaySettings
        {
            MainPanel = address!,
            Trust = trust!,
            SystemToken = token!,
            JwtSecret = secret!,
            Bind = bind,
            Port = reader.Number("PORT", 5001, 0, 65_535),
            TrustedProxies = ReadProxies(reader),
        };
        reader.ThrowIfWrong();
        return settings;
    }

    private static PanelAddress? ReadAddress(SettingsReader reader)
    {
        if (reader.Required("MAIN_PANEL_API_BASE", "where the main panel is, for example https://panel.example.com") is not { } text)
        {
            return null;
        }

        var address = PanelAddress.Parse(text, out var problem);
        if (address is null)
        {
            reader.Reject("MAIN_PANEL_API_BASE", problem!);
        }

        return address;
    }

    private static CertificateTrust? ReadTrust(SettingsReader reader, PanelAddress? address)
    {
        var (fingerprints, file) = (reader.Optional("MAIN_PANEL_FINGERPRINT"), reader.Optional("MAIN_PANEL_CA"));
        if (fingerprints is not null && file is not null)
        {
            reader.Reject("MAIN_PANEL_CA", "and MAIN_PANEL_FINGERPRINT are both set: pin the certificate or trust an authority, not both");
            return null;
        }

        if (address is { IsTls: false } && (fingerprints ?? file) is not null)
        {
            reader.Reject("MAIN_PANEL_API_BASE", "is plain http, which shows no certificate to check; use https or leave MAIN_PANEL_FINGERPRINT and MAIN_PANEL_CA out");
            return null;
        }

        string? problem = null;
        var trust = fingerprints is not null ? CertificateTrust.Pinned(fingerprints, out problem)
            : file is not null ? CertificateTrust.SignedBy(file, out problem)
            : CertificateTrust.System;
        if (trust is null)
        {
            reader.Reject(fingerprints is not null ? "MAIN_PANEL_FINGERPRINT" : "MAIN_PANEL_CA", problem!);
        }

        return trust;
    }

    private static IReadOnlyList<IPNetwork> ReadProxies(SettingsReader reader)
    {
        if (reader.Optional("TRUSTED_PROXIES") is not { } text)
        {
            return Loopback;
        }

        var networks = new List<IPNetwork>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (IPNetwork.TryParse(part, out var network) || IPNetwork.TryParse($"{part}/{(part.Contains(':', StringComparison.Ordinal) ? 128 : 32)}", out network))
            {
                networks.Add(network);
            }
            else
            {
                reader.Reject("TRUSTED_PROXIES", $"has '{part}': it must be addresses or networks separated by commas, for example 127.0.0.1, 10.0.0.0/8");
            }
        }

        return networks;
    }
}
