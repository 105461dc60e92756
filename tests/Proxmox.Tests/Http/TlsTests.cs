using System.Net;
using System.Security.Cryptography.X509Certificates;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Tests.Stub;

namespace MultiPanel.Proxmox.Tests.Http;

internal sealed class TlsTests
{
    private X509Certificate2 authority = null!;
    private X509Certificate2 certificate = null!;

    [OneTimeSetUp]
    public void Issue()
    {
        authority = Certificates.Authority();
        certificate = Certificates.Server(authority, IPAddress.Loopback);
    }

    [OneTimeTearDown]
    public void Discard()
    {
        certificate.Dispose();
        authority.Dispose();
    }

    private PveStub Pve() => new(
        request => StubAnswer.Data(request.Method == "GET"
            ? """{"version":"9.1.8","release":"9.1"}"""
            : "\"UPID:pve1:0000044E:00064204:6B030FE4:qmstart:200:root@pam:\""),
        certificate);

    [Test]
    public async Task The_pinned_certificate_is_believed_with_colons_or_without()
    {
        await using var pve = Pve();
        var plain = certificate.Fingerprint();
        var colons = string.Join(':', plain.ToLowerInvariant().Chunk(2).Select(pair => new string(pair)));
        foreach (var fingerprint in new[] { plain, colons, $"{new string('0', 64)}, {colons}" })
        {
            await using var client = new PveClient(Clients.To(pve.Uri) with { Fingerprint = fingerprint });
            Assert.That((await client.VersionAsync()).Version, Is.EqualTo("9.1.8"));
            await client.Qemu.StartAsync("pve1", 200);
        }
    }

    [Test]
    public async Task Another_certificate_is_refused_and_shown_and_nothing_is_sent()
    {
        await using var pve = Pve();
        await using var client = new PveClient(Clients.To(pve.Uri) with { Fingerprint = new string('A', 64) });

        var read = Assert.ThrowsAsync<PveUnreachableException>(async () => await client.VersionAsync());
        var change = Assert.ThrowsAsync<PveUnreachableException>(async () => await client.Qemu.StartAsync("pve1", 200));

        var shortly = Assert.ThrowsAsync<PveUnreachableException>(async () => await client.VersionAsync());

        Assert.Multiple(() =>
        {
            Assert.That(shortly.TlsRefused, Is.True, "also while the circuit is open");
            Assert.That(read.TlsRefused, Is.True);
            Assert.That(read.IsTransient, Is.False);
            Assert.That(read.Text.Replace(":", "", StringComparison.Ordinal), Does.Contain(certificate.Fingerprint()));
            Assert.That(change.OutcomeUnknown, Is.False);
            Assert.That(pve.Requests, Is.Empty);
        });
    }

    [Test]
    public async Task Without_a_pin_the_system_s_authorities_decide()
    {
        await using var pve = Pve();
        await using var client = new PveClient(Clients.To(pve.Uri));

        var refused = Assert.ThrowsAsync<PveUnreachableException>(async () => await client.VersionAsync());

        Assert.That(refused.TlsRefused, Is.True);
        Assert.That(refused.Text, Does.Contain("is not trusted"));
        Assert.That(pve.Requests, Is.Empty);
    }

    [Test]
    public async Task The_cluster_s_own_authority_is_believed_if_given()
    {
        await using var pve = Pve();
        await using var client = new PveClient(Clients.To(pve.Uri) with { CaCertificate = authority.ExportCertificatePem() });

        Assert.That((await client.VersionAsync()).Version, Is.EqualTo("9.1.8"));
    }

    [Test]
    public async Task Another_authority_is_not()
    {
        using var stranger = Certificates.Authority();
        await using var pve = Pve();
        await using var client = new PveClient(Clients.To(pve.Uri) with { CaCertificate = stranger.ExportCertificatePem() });

        Assert.ThrowsAsync<PveUnreachableException>(async () => await client.VersionAsync());
        Assert.That(pve.Requests, Is.Empty);
    }

    [TestCase("")]
    [TestCase("AB:CD")]
    [TestCase("not a fingerprint")]
    public void A_malformed_fingerprint_is_refused(string fingerprint) =>
        Assert.That(() => new PveClient(Clients.To(new Uri("https://pve1:8006")) with { Fingerprint = fingerprint }), Throws.ArgumentException);
}
