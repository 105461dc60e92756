using MultiPanel.Api.Tests.Host;
using MultiPanel.TestKit.Mails;

namespace MultiPanel.Api.Tests.Mails;

public sealed class WelcomeTests
{
    private TestMailServer server = null!;
    private TestApi api = null!;
    private ApiClient admin = null!;

    [SetUp]
    public async Task StartAsync()
    {
        server = TestMailServer.Start();
        api = await TestApi.StartAsync(mail: server.Settings);
        admin = api.As(api.Seeds.AcmeAdmin);
    }

    [TearDown]
    public async Task StopAsync()
    {
        admin.Dispose();
        await api.DisposeAsync();
        await server.DisposeAsync();
    }

    [Test]
    public async Task A_new_user_without_a_password_chooses_one_by_the_link_in_the_mail()
    {
        var made = await admin.PostAsync("/api/users", new { username = "berta", email = "berta@example.com", role = "operator" });
        Assert.That(made.Status, Is.EqualTo(201), made.Text);
        var mail = await server.NextAsync();
        Assert.That(mail.To, Is.EqualTo(new[] { "berta@example.com" }));
        Assert.That(mail.Text, Does.Contain("berta").And.Contain("https://panel.example.com\n").And.Contain("72 hours"));
        using var anonymous = api.Anonymous();
        foreach (var guess in new[] { "!", "battery staple" })
        {
            Assert.That((await anonymous.PostAsync("/api/auth/login", new { username = "berta", password = guess })).Status, Is.EqualTo(401), "there is no password yet");
        }

        api.Clock.Advance(TimeSpan.FromHours(71));
        Assert.That((await anonymous.PostAsync("/api/auth/password/reset", new { token = mail.Token, password = "battery staple" })).Status, Is.EqualTo(200));

        Assert.That((await anonymous.PostAsync("/api/auth/login", new { username = "berta", password = "battery staple" })).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_new_user_with_a_password_gets_no_link_and_no_mail_has_the_password()
    {
        await admin.PostAsync("/api/users", new { username = "berta", email = "berta@example.com", role = "operator", password = "battery staple" });

        var mail = await server.NextAsync();

        Assert.That(mail.Raw, Does.Contain("berta").And.Not.Contain("battery").And.Not.Contain("reset-password"));
    }

    [Test]
    public async Task A_user_who_could_not_be_made_is_not_welcomed()
    {
        await admin.PostAsync("/api/users", new { username = "acme-user", email = "new@example.com", role = "operator" });

        await using var db = api.Database.OpenAll();
        Assert.That(db.Mails, Is.Empty);
        Assert.That(server.Taken, Is.Empty);
    }

    [Test]
    public async Task Everybody_decides_whether_failed_jobs_are_mailed_and_an_admin_for_them()
    {
        using var own = api.As(api.Seeds.AcmeUser);
        Assert.That((bool?)(await own.GetAsync("/api/auth/me")).Data["mail_failed_jobs"], Is.True);

        var changed = await own.PatchAsync("/api/auth/me", new { mail_failed_jobs = false });

        Assert.That((changed.Status, (bool?)changed.Data["mail_failed_jobs"]), Is.EqualTo((200, (bool?)false)), changed.Text);
        Assert.That((bool?)(await own.GetAsync("/api/auth/me")).Data["mail_failed_jobs"], Is.False);
        var byAdmin = await admin.PatchAsync($"/api/users/{api.Seeds.AcmeUser}", new { mail_failed_jobs = true });
        Assert.That((bool?)byAdmin.Data["mail_failed_jobs"], Is.True, byAdmin.Text);
        Assert.That((await own.PatchAsync("/api/auth/me", new { role = "super_admin" })).WrongFields, Is.EqualTo(new[] { "role" }));
    }
}
