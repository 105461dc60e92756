using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MultiPanel.Simulator.Seeds;

/// <summary>A cluster's self-signed certificate, kept with the state so that a pinned fingerprint stays right.</summary>
internal static class ClusterCertificate
{
    public static string Create(string cluster, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={cluster}, O=PVE Cluster Node, OU=Simulated", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(10));
        return Convert.ToBase64String(certificate.Export(X509ContentType.Pkcs12));
    }

    public static X509Certificate2 Load(string pkcs12) => X509CertificateLoader.LoadPkcs12(Convert.FromBase64String(pkcs12), null);
}
