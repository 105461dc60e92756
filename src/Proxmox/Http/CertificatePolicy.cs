using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MultiPanel.Proxmox.Http;

/// <summary>Which servers to believe: those with a pinned certificate, or those that an authority vouches for.</summary>
internal sealed class CertificatePolicy
{
    private readonly IReadOnlyList<string> pinned;
    private readonly X509Certificate2Collection? authorities;

    public CertificatePolicy(PveConnection connection)
    {
        pinned = [.. (connection.Fingerprint ?? "")
            .Split([',', ';', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Select(Normalize)];
        if (connection.Fingerprint is not null && pinned.Count == 0)
        {
            throw new ArgumentException("The fingerprint is empty.", nameof(connection));
        }

        if (connection.CaCertificate is { } pem)
        {
            authorities = [];
            authorities.ImportFromPem(pem);
        }
    }

    public SslClientAuthenticationOptions Options(string server) => new()
    {
        CertificateChainPolicy = pinned.Count == 0 && authorities is not null ? OwnAuthorities() : null,
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Accept(server, certificate, chain, errors),
    };

    private bool Accept(string server, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var seen = certificate is null ? null : Convert.ToHexString(SHA256.HashData(certificate.GetRawCertData()));
        if (pinned.Count > 0 ? seen is not null && pinned.Contains(seen) : errors == SslPolicyErrors.None)
        {
            return true;
        }

        var why = pinned.Count > 0
            ? $"is not the pinned one ({string.Join(", ", pinned.Select(Colons))})"
            : $"is not trusted ({errors}{Details(chain)})";
        throw new CertificateRefusedException(
            seen is null ? $"{server} showed no certificate." : $"The certificate of {server} {why}: its SHA-256 fingerprint is {Colons(seen)}.");
    }

    private X509ChainPolicy OwnAuthorities()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities!);
        return policy;
    }

    private static string Details(X509Chain? chain) => string.Concat(
        (chain?.ChainStatus ?? []).Select(status => $", {status.Status}"));

    private static string Normalize(string fingerprint)
    {
        var hex = fingerprint.Replace(":", "", StringComparison.Ordinal).ToUpperInvariant();
        return hex.Length == 64 && hex.All(char.IsAsciiHexDigitUpper)
            ? hex
            : throw new ArgumentException($"'{fingerprint}' is no SHA-256 fingerprint: 64 hex digits are.", nameof(fingerprint));
    }

    private static string Colons(string hex) => string.Join(':', hex.Chunk(2).Select(pair => new string(pair)));
}
