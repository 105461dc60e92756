using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MultiPanel.Gateway.Tls;

/// <summary>
/// Which main panel to believe: the one with a pinned certificate, or one that an authority vouches for. Every connection
/// of the gateway, its own or a caller's, is checked here; there is no way around it.
/// </summary>
internal sealed class CertificateTrust
{
    private readonly IReadOnlyList<string> pinned;
    private readonly X509Certificate2Collection? authorities;

    private CertificateTrust(IReadOnlyList<string> pinned, X509Certificate2Collection? authorities)
    {
        this.pinned = pinned;
        this.authorities = authorities;
    }

    /// <summary>The authorities that the system trusts.</summary>
    public static CertificateTrust System { get; } = new([], null);

    /// <param name="text">SHA-256 fingerprints, with or without colons, separated by commas.</param>
    public static CertificateTrust? Pinned(string text, out string? problem)
    {
        var pinned = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Replace(":", "", StringComparison.Ordinal).ToUpperInvariant()).ToList();
        problem = pinned.Count == 0 || pinned.Exists(hex => hex.Length != 64 || !hex.All(char.IsAsciiHexDigitUpper))
            ? $"is '{text}': it must be the certificate's SHA-256 fingerprint, 64 hex digits with or without colons; several are separated by commas"
            : null;
        return problem is null ? new CertificateTrust(pinned, null) : null;
    }

    /// <param name="file">PEM, one or more certificates of authorities.</param>
    public static CertificateTrust? SignedBy(string file, out string? problem)
    {
        problem = null;
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(file);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            problem = $"is '{file}', which cannot be read: {unreadable.Message}";
            return null;
        }

        if (authorities.Count == 0)
        {
            problem = $"is '{file}', which has no certificate in PEM form";
            return null;
        }

        return new CertificateTrust([], authorities);
    }

    public SslClientAuthenticationOptions Options(string server) => new()
    {
        CertificateChainPolicy = authorities is null ? null : OwnAuthorities(),
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Accept(server, certificate, chain, errors),
    };

    private bool Accept(string server, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var seen = certificate is null ? null : Convert.ToHexString(SHA256.HashData(certificate.GetRawCertData()));
        if (pinned.Count > 0 ? seen is not null && pinned.Contains(seen) : errors == SslPolicyErrors.None)
        {
            return true;
        }

        var shown = seen is null ? "no certificate" : $"a certificate with the SHA-256 fingerprint {Colons(seen)}";
        throw pinned.Count > 0
            ? new CertificateRefusedException(
                CertificateRefusedException.Changed,
                $"The main panel {server} shows {shown}; expected is {string.Join(" or ", pinned.Select(Colons))}. "
                + "Nothing was sent. If its certificate was replaced, set MAIN_PANEL_FINGERPRINT to the new one; if not, somebody else answers in its place.")
            : new CertificateRefusedException(
                CertificateRefusedException.Untrusted,
                $"The main panel {server} shows {shown}, which is not trusted ({errors}{Details(chain)}). Nothing was sent. "
                + "Set MAIN_PANEL_CA to the authority that signed it, or pin it with MAIN_PANEL_FINGERPRINT.");
    }

    private X509ChainPolicy OwnAuthorities()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities!);
        return policy;
    }

    private static string Details(X509Chain? chain) => string.Concat((chain?.ChainStatus ?? []).Select(status => $", {status.Status}"));

    private static string Colons(string hex) => string.Join(':', hex.Chunk(2).Select(pair => new string(pair)));
}
