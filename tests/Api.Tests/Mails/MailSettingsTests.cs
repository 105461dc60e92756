using Microsoft.Extensions.Configuration;
using MultiPanel.Hosting.Settings;

namespace MultiPanel.Api.Tests.Mails;

public sealed class MailSettingsTests
{
    [Test]
    public void Nothing_set_is_no_mail_and_no_problem()
    {
        var reader = Reader();

        Assert.That(MailSettings.Read(reader), Is.Null);
        Assert.That(reader.Problems, Is.Empty);
    }

    [Test]
    public void A_host_a_sender_and_the_panels_address_are_enough()
    {
        var reader = Reader("SMTP_HOST=mail.example.com", "SMTP_FROM=MultiPanel <panel@example.com>", "PANEL_URL=https://panel.example.com/");

        var settings = MailSettings.Read(reader)!;

        Assert.That(reader.Problems, Is.Empty);
        Assert.That((settings.Port, settings.Tls, settings.Account, settings.PanelUrl), Is.EqualTo((587, SmtpTls.StartTls, ((string, string)?)null, "https://panel.example.com")));
        Assert.That((settings.From.Name, settings.From.Address), Is.EqualTo(("MultiPanel", "panel@example.com")));
    }

    [Test]
    public void All_that_is_wrong_is_reported_at_once()
    {
        var reader = Reader("SMTP_HOST=mail.example.com", "SMTP_PORT=0", "SMTP_FROM=panel", "SMTP_TLS=maybe", "SMTP_USER=panel", "SMTP_FINGERPRINT=AB:CD", "PANEL_URL=panel.example.com");

        MailSettings.Read(reader);

        Assert.That(reader.Problems.Select(problem => problem.Split(' ')[0]),
            Is.EquivalentTo(new[] { "SMTP_PORT", "SMTP_FROM", "SMTP_TLS", "SMTP_PASSWORD", "SMTP_FINGERPRINT", "PANEL_URL" }));
    }

    [TestCase("mail.example.com", false)]
    [TestCase("192.0.2.1", false)]
    [TestCase("127.0.0.1", true)]
    [TestCase("::1", true)]
    [TestCase("localhost", true)]
    public void Without_tls_only_a_server_on_this_machine_is_spoken_to(string host, bool allowed)
    {
        var reader = Reader($"SMTP_HOST={host}", "SMTP_TLS=none", "SMTP_FROM=panel@example.com", "PANEL_URL=https://panel.example.com");

        MailSettings.Read(reader);

        Assert.That(reader.Problems, allowed ? Is.Empty : Has.Count.EqualTo(1).And.One.StartsWith("SMTP_TLS is none"));
    }

    [TestCase("SMTP_FROM=panel@example.com")]
    [TestCase("SMTP_PORT=25")]
    public void A_setting_that_would_mean_nothing_is_a_mistake(string set)
    {
        var reader = Reader(set);

        MailSettings.Read(reader);

        Assert.That(reader.Problems, Has.Count.EqualTo(1).And.One.Contains("SMTP_HOST is not"));
    }

    [Test]
    public void Links_need_the_panels_address()
    {
        var reader = Reader("SMTP_HOST=mail.example.com", "SMTP_FROM=panel@example.com");

        MailSettings.Read(reader);

        Assert.That(reader.Problems, Has.Count.EqualTo(1).And.One.StartsWith("PANEL_URL"));
    }

    private static SettingsReader Reader(params string[] settings) => new(new ConfigurationBuilder().AddInMemoryCollection(
        settings.Select(setting => KeyValuePair.Create(setting.Split('=', 2)[0], (string?)setting.Split('=', 2)[1]))).Build());
}
