using MimeKit;
using MultiPanel.Contracts.Auth;
using MultiPanel.Data.Users;
using MultiPanel.Hosting.Mails;
using MultiPanel.Hosting.Settings;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.Workers.Tests.Mails;

[Parallelizable(ParallelScope.All)]
public sealed class MailSenderTests
{
    [Test]
    public async Task What_is_due_goes_out_once_in_plain_text()
    {
        await using var room = await MailRoom.OpenAsync();
        await room.WelcomeAsync(await room.UserAsync("jürgen", email: "juergen@example.com"));

        Assert.That(await room.SendAsync(), Is.EqualTo(1));
        Assert.That(await room.SendAsync(), Is.Zero);

        var mail = await room.Server.NextAsync();
        Assert.That(mail.To, Is.EqualTo(new[] { "juergen@example.com" }));
        Assert.That(mail.Message.From.Mailboxes.Single().Address, Is.EqualTo("panel@example.com"));
        Assert.That((mail.Message.Body!.ContentType.MimeType, mail.Message.Body.ContentType.Charset), Is.EqualTo(("text/plain", "utf-8")));
        Assert.That(mail.Text, Does.Contain("jürgen").And.Contain("https://panel.example.com").And.Not.Contain("reset-password"), "they have a password");
        Assert.That(mail.Message.Headers["Auto-Submitted"], Is.EqualTo("auto-generated"));
        Assert.That(await room.WaitingAsync(), Is.Zero, "nothing of it stays");
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Two_hosts_send_each_mail_once(bool onMariaDb)
    {
        await using var room = await MailRoom.OpenAsync(real: onMariaDb ? await TestServers.MySqlAsync() : null);
        for (var number = 0; number < 40; number++)
        {
            await room.WelcomeAsync(await room.UserAsync($"user{number}"));
        }

        var (one, other) = (room.Sender(), room.Sender());
        var sent = await Task.WhenAll(Task.Run(() => one.SendDueAsync(default)), Task.Run(() => other.SendDueAsync(default)));

        Assert.That(sent.Sum(), Is.EqualTo(40));
        Assert.That(room.Server.Taken.SelectMany(mail => mail.To).ToList(), Is.Unique.And.Count.EqualTo(40));
    }

    [Test]
    public async Task An_unreachable_server_gets_it_later_and_is_not_asked_all_the_time()
    {
        await using var room = await MailRoom.OpenAsync();
        await room.WelcomeAsync(await room.UserAsync("anna"));
        await room.Server.GoDownAsync();
        Assert.That(await room.SendAsync(), Is.Zero);
        room.Server.ComeBack();

        Assert.That(await room.SendAsync(), Is.Zero, "a minute's rest");
        room.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That(await room.SendAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task What_could_not_be_sent_in_its_time_is_given_up()
    {
        await using var room = await MailRoom.OpenAsync();
        await room.UserAsync("anna");
        await room.ForgotAsync("anna");
        await room.Server.GoDownAsync();
        await room.SendAsync();
        room.Clock.Advance(PasswordLink.ResetLife);
        room.Server.ComeBack();

        Assert.That(await room.SendAsync(), Is.Zero);
        Assert.That(await room.WaitingAsync(), Is.Zero);
    }

    [Test]
    public async Task One_user_gets_a_link_every_three_minutes_under_whatever_names_they_are_asked_for()
    {
        await using var room = await MailRoom.OpenAsync();
        await room.UserAsync("anna");
        await room.ForgotAsync("anna");
        await room.ForgotAsync("ANNA");
        await room.ForgotAsync("anna@example.com");
        Assert.That((await room.SendAsync(), await room.WaitingAsync()), Is.EqualTo((1, 0)));

        room.Clock.Advance(MailWriter.LinkDistance);
        await room.ForgotAsync("anna");
        Assert.That(await room.SendAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_link_that_did_not_get_through_keeps_no_other_from_it()
    {
        await using var room = await MailRoom.OpenAsync();
        await room.UserAsync("anna");
        await room.ForgotAsync("anna");
        await room.Server.GoDownAsync();
        await room.SendAsync();
        room.Server.ComeBack();

        room.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That(await room.SendAsync(), Is.EqualTo(1), "the same mail, tried again");
    }

    [Test]
    public async Task A_welcome_does_not_prevent_a_reset()
    {
        await using var room = await MailRoom.OpenAsync();
        await room.WelcomeAsync(await room.UserAsync("anna", with: user => user.PasswordHash = User.NoPassword));
        await room.SendAsync();

        await room.ForgotAsync("anna");
        Assert.That(await room.SendAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_mailbox_that_is_refused_for_good_does_not_stop_the_others()
    {
        await using var room = await MailRoom.OpenAsync();
        room.Server.Refuse = address => address.StartsWith("gone", StringComparison.Ordinal) ? "550 no such mailbox" : address.StartsWith("full", StringComparison.Ordinal) ? "452 full" : null;
        await room.WelcomeAsync(await room.UserAsync("gone"));
        await room.WelcomeAsync(await room.UserAsync("anna"));
        await room.WelcomeAsync(await room.UserAsync("full"));

        Assert.That(await room.SendAsync(), Is.EqualTo(1));
        Assert.That(await room.WaitingAsync(), Is.EqualTo(1), "full may be less full later");
    }

    [Test]
    public async Task Starttls_is_used_and_the_certificate_is_the_pinned_one()
    {
        await using var room = await MailRoom.OpenAsync(secure: true, with: settings => settings with { Account = ("panel", "secret") });
        await room.WelcomeAsync(await room.UserAsync("anna"));

        await room.SendAsync();

        var mail = await room.Server.NextAsync();
        Assert.That((mail.Encrypted, mail.User), Is.EqualTo((true, "panel secret")));
    }

    [TestCase(true, SmtpTls.StartTls, "", TestName = "A certificate that no authority vouches for gets nothing")]
    [TestCase(true, SmtpTls.StartTls, "AB", TestName = "A certificate other than the pinned one gets nothing")]
    [TestCase(false, SmtpTls.StartTls, "", TestName = "A server without STARTTLS gets nothing in clear")]
    public async Task Nothing_is_sent_without_the_protection_that_is_set(bool secure, SmtpTls tls, string pin)
    {
        await using var room = await MailRoom.OpenAsync(secure, settings => settings with { Tls = tls, Fingerprints = pin.Length == 0 ? [] : [string.Concat(Enumerable.Repeat(pin, 32))] });
        await room.WelcomeAsync(await room.UserAsync("anna"));

        Assert.That(await room.SendAsync(), Is.Zero);
        Assert.That((room.Server.Taken.Count, await room.WaitingAsync()), Is.EqualTo((0, 1)), "it waits until that is put right");
    }

    [Test]
    public async Task A_link_is_for_the_user_that_is_named_by_name_or_address_and_its_secret_is_nowhere_in_the_database()
    {
        await using var room = await MailRoom.OpenAsync();
        var anna = await room.UserAsync("anna");
        await room.ForgotAsync("ANNA@example.com");
        await room.ForgotAsync("nobody");
        await room.UserAsync("otto", with: user => user.Status = UserStatus.Inactive);
        await room.ForgotAsync("otto");

        Assert.That(await room.SendAsync(), Is.EqualTo(1));

        var token = (await room.Server.NextAsync()).Token;
        await using var db = room.Database.OpenAll();
        Assert.That(db.Users.Single(user => user.Id == anna.Id).PasswordLinkHash, Is.EqualTo(PasswordLink.Hash(token)).And.Not.Contain(token));
        Assert.That(await room.WaitingAsync(), Is.Zero);
    }

    [TestCase("eve\r\nBcc: victim@example.com", "eve@example.com")]
    [TestCase("eve\u2028\u0000\u0085Bcc: victim@example.com", "eve@example.com")]
    [TestCase("eve\" <victim@example.com>, \"x", "eve@example.com")]
    [TestCase("eve", "eve@example.com\r\nBcc: victim@example.com")]
    [TestCase("eve", "eve@example.com, victim@example.com")]
    [TestCase("eve", "eve@example.com> SIZE=1\r\nRCPT TO:<victim@example.com")]
    public async Task No_name_makes_a_header_or_a_recipient(string name, string email)
    {
        await using var room = await MailRoom.OpenAsync();
        var eve = await room.UserAsync(name, email: email);
        await room.WelcomeAsync(eve);
        await room.FailAsync(eve, "web1\r\nBcc: victim@example.com\r\n\r\n.\r\nMAIL FROM:<x>", job => job.Error = job.Error! with { Message = "no\r\nBcc: victim@example.com", Detail = "a\n.\nQUIT\r\nb" });

        await room.SendAsync();

        Assert.That(room.Server.Taken.SelectMany(mail => mail.To), Is.All.EqualTo("eve@example.com"));
        foreach (var mail in room.Server.Taken)
        {
            Assert.That(mail.Message.To.Mailboxes.Select(to => to.Address), Is.EqualTo(new[] { "eve@example.com" }));
            Assert.That(mail.Message.Headers.Select(header => header.Id), Has.None.EqualTo(HeaderId.Bcc).And.None.EqualTo(HeaderId.Cc));
            Assert.That(mail.Message.Subject, Does.Not.Contain("\n").And.Not.Contain("\r"));
        }

        Assert.That(await room.WaitingAsync(), Is.Zero);
    }
}
