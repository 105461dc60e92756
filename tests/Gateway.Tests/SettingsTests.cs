using System.Diagnostics;
using MultiPanel.Gateway.Settings;
using MultiPanel.Gateway.Tests.Host;

namespace MultiPanel.Gateway.Tests;

public sealed class SettingsTests
{
    private const string Pin = "AB:CD:EF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC";

    [TestCase("https://panel.example.com", "https://panel.example.com", false)]
    [TestCase("https://panel.example.com/", "https://panel.example.com", false)]
    [TestCase("https://panel.example.com:8443/api", "https://panel.example.com:8443", true)]
    [TestCase("https://panel.example.com/api/", "https://panel.example.com", true)]
    [TestCase("https://panel.example.com/api/api", "https://panel.example.com", true)]
    [TestCase("https://panel.example.com//api//API/", "https://panel.example.com", true)]
    [TestCase("https://example.com/panel/api", "https://example.com/panel", true)]
    [TestCase("https://example.com/panel/", "https://example.com/panel", false)]
    [TestCase("https://example.com/rapi", "https://example.com/rapi", false)]
    [TestCase("http://127.0.0.1:5000/api", "http://127.0.0.1:5000", true)]
    [TestCase("http://[::1]:5000", "http://[::1]:5000", false)]
    [TestCase("http://localhost:5000", "http://localhost:5000", false)]
    public void An_api_at_the_end_of_the_base_is_mended(string given, string prefix, bool mended)
    {
        var address = PanelAddress.Parse(given, out var problem);

        Assert.That(problem, Is.Null);
        Assert.That((address!.Prefix, address.Mended is not null), Is.EqualTo((prefix, mended)));
    }

    [Test]
    public async Task A_mended_base_works_and_is_warned_of()
    {
        await using var panel = await FakePanel.SelfSignedAsync();
        await using var gateway = await TestGateway.StartAsync($"{panel.Address}/api//api/", ("MAIN_PANEL_FINGERPRINT", panel.Certificate!.Fingerprint()));

        await gateway.GetAsync("/api/templates");

        Assert.That(panel.Arrivals.Single().Target, Is.EqualTo("/api/templates"));
        Assert.That(gateway.Log, Has.Some.StartsWith("Warning").And.Contains("MAIN_PANEL_API_BASE"));
    }

    [TestCase("MAIN_PANEL_API_BASE", "panel.example.com", "must look like")]
    [TestCase("MAIN_PANEL_API_BASE", "ftp://panel.example.com", "must look like")]
    [TestCase("MAIN_PANEL_API_BASE", "http://panel.example.com", "plain http")]
    [TestCase("MAIN_PANEL_API_BASE", "http://127.0.0.1.example.com", "plain http")]
    [TestCase("MAIN_PANEL_API_BASE", "http://10.0.0.5:5000", "plain http")]
    [TestCase("MAIN_PANEL_API_BASE", "https://user:secret@panel.example.com", "without user")]
    [TestCase("MAIN_PANEL_FINGERPRINT", "AB:CD", "64 hex digits")]
    [TestCase("MAIN_PANEL_FINGERPRINT", ",", "64 hex digits")]
    [TestCase("MAIN_PANEL_CA", "/nowhere/ca.pem", "cannot be read")]
    [TestCase("MAIN_PANEL_CA", "MultiPanel.Gateway.Tests.runtimeconfig.json", "no certificate")]
    [TestCase("JWT_SECRET", "short", "at least 32 bytes")]
    [TestCase("JWT_SECRET", "another-secret-that-also-has-more-than-32-bytes", "SYSTEM_JWT_TOKEN is not signed with JWT_SECRET")]
    [TestCase("SYSTEM_JWT_TOKEN", "garbage", "is not a JWT")]
    [TestCase("Kestrel:Endpoints:Https:Certificate:Path", "nowhere.crt", "cannot be read")]
    [TestCase("PORT", "65536", "from 0 to 65535")]
    [TestCase("BIND", "everywhere", "IP address")]
    [TestCase("TRUSTED_PROXIES", "127.0.0.1, nginx", "has 'nginx'")]
    public void A_wrong_setting_is_named(string name, string value, string problem)
    {
        value = name == "MAIN_PANEL_CA" ? Path.Combine(AppContext.BaseDirectory, value) : value;

        Assert.That(Problems([("MAIN_PANEL_API_BASE", "https://panel.example.com"), (name, value)]), Is.EqualTo(new[] { problem }).Using<string, string>(
            (actual, expected) => actual.Contains(expected, StringComparison.Ordinal)));
    }

    [Test]
    public void A_pin_and_an_authority_together_are_refused_and_so_is_a_pin_for_plain_http()
    {
        Assert.That(Problems(("MAIN_PANEL_API_BASE", "https://panel.example.com"), ("MAIN_PANEL_FINGERPRINT", Pin), ("MAIN_PANEL_CA", "/etc/ca.pem")),
            Has.One.Contains("both set"));
        Assert.That(Problems(("MAIN_PANEL_API_BASE", "http://127.0.0.1:5000"), ("MAIN_PANEL_FINGERPRINT", Pin)), Has.One.Contains("no certificate to check"));
    }

    [Test]
    public void A_service_token_that_has_expired_does_not_keep_callers_out()
    {
        var expired = Jwt.Make(new { sub = 1, exp = Jwt.In(hours: -1) });

        Assert.That(Problems(("MAIN_PANEL_API_BASE", "https://panel.example.com"), ("SYSTEM_JWT_TOKEN", expired)), Is.Empty);
    }

    [Test, CancelAfter(60_000)]
    public async Task A_host_without_settings_lists_them_all_and_exits_with_1(CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "MultiPanel.Gateway.dll")]) { RedirectStandardError = true };
        start.Environment["PORT"] = "none";
        foreach (var name in new[] { "MAIN_PANEL_API_BASE", "JWT_SECRET", "SYSTEM_JWT_TOKEN" })
        {
            start.Environment.Remove(name);
        }

        using var gateway = Process.Start(start)!;
        var said = await gateway.StandardError.ReadToEndAsync(cancellation);
        await gateway.WaitForExitAsync(cancellation);

        Assert.That(gateway.ExitCode, Is.EqualTo(1));
        Assert.That(said, Does.Contain("MAIN_PANEL_API_BASE").And.Contain("JWT_SECRET").And.Contain("SYSTEM_JWT_TOKEN").And.Contain("PORT"));
        Assert.That(said, Does.Not.Contain("   at "), "a list, no stack trace");
    }

    private static IReadOnlyList<string> Problems(params (string Name, string Value)[] given)
    {
        try
        {
            GatewaySettings.Read(new SettingsReader(TestGateway.Configuration(given)));
            return [];
        }
        catch (SettingsException wrong)
        {
            return wrong.Problems;
        }
    }
}
