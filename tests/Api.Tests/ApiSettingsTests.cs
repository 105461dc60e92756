using Microsoft.Extensions.Configuration;
using MultiPanel.Hosting.Settings;

namespace MultiPanel.Api.Tests;

public sealed class ApiSettingsTests
{
    [Test]
    public void All_that_is_wrong_is_reported_at_once()
    {
        var reader = Reader(("JWT_ACCESS_SECRET", "short"), ("JWT_REFRESH_SECRET", "short-too"), ("PORT", "70000"), ("BIND", "everywhere"), ("MULTIPANEL_ADMIN_PASSWORD", "short"),
            ("TRUSTED_PROXIES", "proxy"), ("CORS_ORIGINS", "https://a.example.com/path"), ("AUDIT_DAYS", "0"), ("JWT_SERVICES", "system, a\u200Bb"), ("MAX_STREAMS", "0"));

        ApiSettings.Read(reader);
        StoreSettings.Read(reader);

        foreach (var name in new[]
        {
            "JWT_ACCESS_SECRET", "JWT_REFRESH_SECRET", "TRUSTED_PROXIES", "CORS_ORIGINS", "AUDIT_DAYS", "JWT_SERVICES", "MAX_STREAMS", "PORT", "BIND", "MULTIPANEL_ADMIN_PASSWORD", "DATABASE_URL", "REDIS_URL", "RABBITMQ_URL", "ENCRYPTION_KEY",
        })
        {
            Assert.That(reader.Problems.Count(problem => problem.StartsWith(name, StringComparison.Ordinal)), Is.EqualTo(1), name);
        }
    }

    [Test]
    public void What_is_not_set_has_a_safe_default()
    {
        var reader = Reader(("JWT_ACCESS_SECRET", new string('x', 32)), ("JWT_REFRESH_SECRET", new string('y', 32)));

        var settings = ApiSettings.Read(reader);

        Assert.That(reader.Problems, Is.Empty);
        Assert.That(settings.Url, Is.EqualTo("http://127.0.0.1:5000"));
        Assert.That(settings.Services, Is.EqualTo(new[] { "system" }));
    }

    [TestCase("JWT_ACCESS_SECRET", "CHANGE_ME-CHANGE_ME-CHANGE_ME-CHANGE_ME")]
    [TestCase("JWT_REFRESH_SECRET", "your-secret-key-your-secret-key-your-secret-key")]
    [TestCase("JWT_REFRESH_SECRET", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    [TestCase("MULTIPANEL_ADMIN_PASSWORD", "admin123")]
    [TestCase("MULTIPANEL_ADMIN_PASSWORD", "CHANGE_ME")]
    public void A_default_is_no_secret(string name, string value)
    {
        var settings = new Dictionary<string, string> { ["JWT_ACCESS_SECRET"] = new('x', 32), ["JWT_REFRESH_SECRET"] = new('y', 32), [name] = value };
        var reader = Reader([.. settings.Select(setting => (setting.Key, setting.Value))]);

        ApiSettings.Read(reader);

        Assert.That(reader.Problems, Has.Count.EqualTo(1).And.One.StartsWith(name));
    }

    [TestCase("Kestrel:Endpoints:Https:Certificate:Path")]
    [TestCase("Kestrel:Endpoints:Https:Certificate:KeyPath")]
    [TestCase("Kestrel:Certificates:Default:Path")]
    public void A_certificate_file_that_is_not_there_is_a_wrong_setting(string name)
    {
        var reader = Reader(("JWT_ACCESS_SECRET", new string('x', 32)), ("JWT_REFRESH_SECRET", new string('y', 32)), (name, "nowhere/panel.crt"));

        ApiSettings.Read(reader);

        Assert.That(reader.Problems, Has.Count.EqualTo(1).And.One.StartsWith($"{name} is 'nowhere/panel.crt', which cannot be read"));
    }

    private static SettingsReader Reader(params (string Name, string Value)[] settings) => new(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build());
}
