using MultiPanel.Api.Tests.Host;
using MultiPanel.TestKit.Mails;

namespace MultiPanel.Api.Tests.Mails;

public sealed class MailOffTests
{
    [Test]
    public async Task Without_smtp_what_needs_mail_says_so_and_all_else_works()
    {
        await using var api = await TestApi.StartAsync();
        using var root = api.As(api.Seeds.Root);

        var ready = await root.GetAsync("/api/health/ready");
        Assert.That((ready.Status, (string?)ready.Data["status"], (string?)ready.Data["mail"]), Is.EqualTo((200, "ready", "off")));
        var forgot = await root.PostAsync("/api/auth/password/forgot", new { username = "root" });
        Assert.That((forgot.Status, forgot.Code), Is.EqualTo((503, "mail_off")));
        Assert.That((string)forgot.Json!["message"]!, Does.Contain("SMTP_HOST").And.Contain("administrator"));
        var user = new { username = "berta", email = "berta@example.com", role = "super_admin" };
        Assert.That((await root.PostAsync("/api/users", user)).WrongFields, Is.EqualTo(new[] { "password" }));
        var made = await root.PostAsync("/api/users", new { user.username, user.email, user.role, password = "battery staple" });
        Assert.That(made.Status, Is.EqualTo(201));
        await using var db = api.Database.OpenAll();
        Assert.That(db.Mails, Is.Empty);
    }

    [Test]
    public async Task With_smtp_it_is_on_also_while_the_server_is_unreachable()
    {
        await using var server = TestMailServer.Start();
        await server.GoDownAsync();
        await using var api = await TestApi.StartAsync(mail: server.Settings);
        using var root = api.As(api.Seeds.Root);

        var ready = await root.GetAsync("/api/health/ready");
        var made = await root.PostAsync("/api/users", new { username = "berta", email = "berta@example.com", role = "super_admin" });
        server.ComeBack();
        await api.AdvanceUntilAsync(TimeSpan.FromMinutes(1), () => server.Taken.Count > 0);

        Assert.That(((string?)ready.Data["status"], (string?)ready.Data["mail"], made.Status), Is.EqualTo(("ready", "on", 201)));
        Assert.That((await server.NextAsync()).To, Is.EqualTo(new[] { "berta@example.com" }));
    }
}
