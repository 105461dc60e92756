using Microsoft.Extensions.Configuration;
using MultiPanel.Hosting.Settings;

namespace MultiPanel.Api.Tests;

public sealed class ApiSettingsTests
{
    [Test]
    public void All_that_is_wrong_is_told_at_once()
    {
        var reader = Reader(("JWT_ACCESS_SECRET", "short"), ("PORT", "70000"), ("BIND", "everywhere"), ("MULTIPANEL_ADMIN_PASSWORD", "short"));

        ApiSettings.Read(reader);
        StoreSettings.Read(reader);

        foreach (var name in new[]
        {
            "JWT_ACCESS_SECRET", "PORT", "BIND", "MULTIPANEL_ADMIN_PASSWORD", "DATABASE_URL", "REDIS_URL", "RABBITMQ_URL", "ENCRYPTION_KEY",
        })
        {
            Assert.That(reader.Problems.Count(problem => problem.StartsWith(name, StringComparison.Ordinal)), Is.EqualTo(1), name);
        }
    }

    [Test]
    public void What_is_not_set_has_a_safe_default()
    {
        var reader = Reader(("JWT_ACCESS_SECRET", new string('x', 32)));

        var settings = ApiSettings.Read(reader);

        Assert.That(reader.Problems, Is.Empty);
        Assert.That(settings.Url, Is.EqualTo("http://127.0.0.1:5000"));
    }

    private static SettingsReader Reader(params (string Name, string Value)[] settings) => new(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build());
}
