using System.Net;
using MultiPanel.Gateway.Tests.Host;

namespace MultiPanel.Gateway.Tests;

public sealed class PinningTests
{
    [TestCase("{0}")]
    [TestCase("{1}")]
    [TestCase("0000000000000000000000000000000000000000000000000000000000000000, {1}")]
    public async Task A_self_signed_certificate_is_believed_by_its_fingerprint(string pin)
    {
        await using var panel = await FakePanel.SelfSignedAsync();
        var fingerprint = string.Format(null, pin, panel.Certificate!.Fingerprint().ToLowerInvariant(), panel.Certificate!.FingerprintWithColons());
        await using var gateway = await TestGateway.StartAsync(panel.Address, ("MAIN_PANEL_FINGERPRINT", fingerprint));

        Assert.That((await gateway.GetAsync("/api/templates")).Text, Does.Contain("from the panel"));
        Assert.That((await gateway.GetAsync("/api/health/ready", token: null)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_changed_certificate_is_refused_and_the_log_names_both_fingerprints()
    {
        await using var panel = await FakePanel.SelfSignedAsync();
        var first = panel.Certificate!;
        var second = Certificates.SelfSigned();
        await using var gateway = await TestGateway.PinnedToAsync(panel);
        await gateway.GetAsync("/api/templates");

        await panel.GoDownAsync();
        await panel.ListenAsync(second);
        var refused = await gateway.PostAsync("/api/auth/login", """{"username": "anna", "password": "correct horse"}""", token: null);
        var ready = await gateway.GetAsync("/api/health/ready", token: null);
        var admin = await gateway.GetAsync("/api/health/ready", token: Jwt.Make(new { sub = 1, username = "root", role = "super_admin", exp = Jwt.In(hours: 1) }));
        var anna = await gateway.GetAsync("/api/templates");

        Assert.That((refused.Status, refused.ContentType, refused.Code), Is.EqualTo((502, "application/problem+json", "main_panel_certificate_changed")));
        foreach (var stranger in new[] { refused, ready, anna })
        {
            Assert.That(stranger.Text, Does.Not.Contain(first.FingerprintWithColons()).And.Not.Contain(second.FingerprintWithColons()).And.Not.Contain(new Uri(panel.Address).Authority));
        }

        var both = Does.Contain(first.FingerprintWithColons()).And.Contain(second.FingerprintWithColons());
        Assert.That(admin.Message, both);
        Assert.That(gateway.Log, Has.Some.Matches(both));
        Assert.That((ready.Status, ready.Code), Is.EqualTo((503, "main_panel_certificate_changed")));
        Assert.That(panel.Arrivals, Has.Count.EqualTo(1), "no password and no token goes to a server that is not believed");
        Assert.That(gateway.Log, Has.Some.StartsWith("Warning").And.Contains("main_panel_certificate_changed"));

        await panel.GoDownAsync();
        await panel.ListenAsync(first);
        Assert.That((await gateway.GetAsync("/api/templates")).Status, Is.EqualTo(200), "with the old certificate back it goes on");
    }

    [Test]
    public async Task A_certificate_that_the_given_authority_signed_is_believed()
    {
        using var authority = Certificates.Authority();
        await using var panel = await FakePanel.StartAsync(Certificates.SignedBy(authority, IPAddress.Loopback));
        using var file = new PemFile(authority.ExportCertificatePem());
        await using var gateway = await TestGateway.StartAsync(panel.Address, ("MAIN_PANEL_CA", file.Path));

        Assert.That((await gateway.GetAsync("/api/templates")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_certificate_for_another_host_is_refused_though_the_authority_signed_it()
    {
        using var authority = Certificates.Authority();
        await using var panel = await FakePanel.StartAsync(Certificates.SignedBy(authority, IPAddress.Parse("192.0.2.1")));
        using var file = new PemFile(authority.ExportCertificatePem());
        await using var gateway = await TestGateway.StartAsync(panel.Address, ("MAIN_PANEL_CA", file.Path));

        await RefusesAsync(gateway, panel);
    }

    [Test]
    public async Task A_certificate_of_another_authority_is_refused()
    {
        using var authority = Certificates.Authority();
        using var other = Certificates.Authority();
        await using var panel = await FakePanel.StartAsync(Certificates.SignedBy(other, IPAddress.Loopback));
        using var file = new PemFile(authority.ExportCertificatePem());
        await using var gateway = await TestGateway.StartAsync(panel.Address, ("MAIN_PANEL_CA", file.Path));

        await RefusesAsync(gateway, panel);
    }

    [Test]
    public async Task Without_pin_and_authority_the_systems_authorities_decide()
    {
        await using var panel = await FakePanel.SelfSignedAsync();
        await using var gateway = await TestGateway.StartAsync(panel.Address);

        await RefusesAsync(gateway, panel);
    }

    private static async Task RefusesAsync(TestGateway gateway, FakePanel panel)
    {
        var refused = await gateway.GetAsync("/api/templates");

        Assert.That((refused.Status, refused.Code), Is.EqualTo((502, "main_panel_certificate_untrusted")));
        Assert.That(refused.Message, Does.Not.Contain(panel.Certificate!.FingerprintWithColons()));
        Assert.That(gateway.Log, Has.Some.StartsWith("Warning").And.Contains(panel.Certificate!.FingerprintWithColons()));
        Assert.That(panel.Arrivals, Is.Empty);
    }

    private sealed class PemFile : IDisposable
    {
        public PemFile(string text) => File.WriteAllText(Path, text);

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
