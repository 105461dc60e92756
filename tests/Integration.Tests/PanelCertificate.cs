using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MultiPanel.Integration.Tests;

/// <summary>A self-signed certificate in files, as an operator makes one with openssl.</summary>
internal sealed class PanelCertificate : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("multipanel-tls-");

    private readonly (string Certificate, string Key) first;

    public PanelCertificate()
    {
        first = Make();
        PutBack();
    }

    public (string Certificate, string Key) Files => (Path.Combine(folder.FullName, "panel.crt"), Path.Combine(folder.FullName, "panel.key"));

    /// <summary>Of the first one.</summary>
    public string Fingerprint => X509Certificate2.CreateFromPem(first.Certificate).GetCertHashString(HashAlgorithmName.SHA256);

    /// <summary>Another key, another certificate, in the same files.</summary>
    public void Exchange() => Write(Make());

    public void PutBack() => Write(first);

    public void Dispose() => folder.Delete(recursive: true);

    private void Write((string Certificate, string Key) pem)
    {
        File.WriteAllText(Files.Certificate, pem.Certificate);
        File.WriteAllText(Files.Key, pem.Key);
    }

    private static (string Certificate, string Key) Make()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=panel", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return (made.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
