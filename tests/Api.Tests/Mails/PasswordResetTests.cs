using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Auth;
using MultiPanel.Data.Users;
using MultiPanel.Hosting.Mails;
using MultiPanel.TestKit.Mails;

namespace MultiPanel.Api.Tests.Mails;

public sealed class PasswordResetTests
{
    private static readonly string Hash = BCrypt.Net.BCrypt.HashPassword("correct horse", 4);

    private TestMailServer server = null!;
    private TestApi api = null!;
    private ApiClient anonymous = null!;

    [SetUp]
    public async Task StartAsync()
    {
        server = TestMailServer.Start();
        api = await TestApi.StartAsync(mail: server.Settings);
        await api.Seeds.UserAsync("anna", Role.Operator, api.Seeds.Acme, Hash);
        await api.Seeds.UserAsync("otto", Role.Operator, api.Seeds.Acme, Hash, UserStatus.Inactive);
        anonymous = api.Anonymous();
    }

    [TearDown]
    public async Task StopAsync()
    {
        anonymous.Dispose();
        await api.DisposeAsync();
        await server.DisposeAsync();
    }

    [Test]
    public async Task A_forgotten_password_is_set_by_the_link_once_and_all_that_was_signed_in_ends()
    {
        var login = await anonymous.PostAsync("/api/auth/login", new { username = "anna", password = "correct horse" });
        using var before = api.With((string)login.Data["token"]!);
        using var script = api.With((string)(await before.PostAsync("/api/tokens", new { name = "script" })).Data["token"]!);

        var asked = await ForgotAsync("Anna@Example.com");
        var mail = await server.NextAsync();
        var set = await ResetAsync(mail.Token);

        Assert.That(asked.Status, Is.EqualTo(200), asked.Text);
        Assert.That(mail.Text, Does.Contain("https://panel.example.com/reset-password#"));
        Assert.That((set.Status, (string?)set.Data["username"]), Is.EqualTo((200, "anna")), set.Text);
        Assert.That((await before.GetAsync("/api/vms")).Status, Is.EqualTo(401));
        Assert.That((await script.GetAsync("/api/vms")).Status, Is.EqualTo(401));
        Assert.That((await anonymous.PostAsync("/api/auth/refresh", new { refresh_token = (string)login.Data["refresh_token"]! })).Status, Is.EqualTo(401));
        Assert.That((await anonymous.PostAsync("/api/auth/login", new { username = "anna", password = "battery staple" })).Status, Is.EqualTo(200));
        await AssertInvalidAsync(mail.Token);
    }

    [Test]
    public async Task Of_many_who_use_a_link_at_once_one_sets_the_password()
    {
        await ForgotAsync("anna");
        var token = (await server.NextAsync()).Token;

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => ResetAsync(token, $"battery staple {number}")));

        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(1));
        Assert.That(answers.Where(answer => answer.Status != 200).Select(answer => (answer.Status, answer.Code)), Is.All.EqualTo((400, "invalid_link")));
    }

    [Test]
    public async Task A_newer_link_a_change_and_time_make_it_void()
    {
        await ForgotAsync("anna");
        var first = (await server.NextAsync()).Token;
        api.Clock.Advance(MailWriter.LinkDistance);
        await ForgotAsync("anna");
        var second = (await server.NextAsync()).Token;
        await AssertInvalidAsync(first);

        api.Clock.Advance(PasswordLink.ResetLife);
        await AssertInvalidAsync(second);
        await AssertInvalidAsync("made-up");

        await ForgotAsync("anna");
        var third = (await server.NextAsync()).Token;
        using var admin = api.As(api.Seeds.AcmeAdmin);
        var id = (await admin.GetAsync("/api/users")).Data.AsArray().Single(user => (string?)user!["username"] == "anna")!["id"];
        await admin.PatchAsync($"/api/users/{id}", new { email = "new@example.com" });
        await AssertInvalidAsync(third);
        await ForgotAsync("anna");
        var fourth = (await server.NextAsync()).Token;
        await admin.PatchAsync($"/api/users/{id}", new { status = "inactive" });
        await AssertInvalidAsync(fourth);
    }

    [Test]
    public async Task Nobody_learns_from_it_who_is_a_user()
    {
        var answers = new List<string>();
        foreach (var name in new[] { "nobody", "otto", "anna" })
        {
            var answer = await ForgotAsync(name);
            answers.Add($"{answer.Status} {answer.Text}");
        }

        var mail = await server.NextAsync();
        Assert.That(answers.Distinct().Count(), Is.EqualTo(1));
        Assert.That(mail.To, Is.EqualTo(new[] { "anna@example.com" }), "otto, who is inactive and came first, got none");
        Assert.That(Services<Passwords>().Checks, Is.Zero, "nothing that takes time is done");
    }

    [Test]
    public async Task Neither_one_mailbox_nor_one_address_can_ask_without_end()
    {
        for (var i = 0; i < 5; i++)
        {
            using var elsewhere = api.Anonymous().From($"203.0.113.{i}");
            Assert.That((await elsewhere.PostAsync("/api/auth/password/forgot", new { username = "ghost" })).Status, Is.EqualTo(200));
        }

        var refused = await ForgotAsync("GHOST");
        Assert.That((refused.Status, refused.Code), Is.EqualTo((429, "too_many_attempts")));
        Assert.That(refused.RetryAfter, Is.Not.Null);
        var answers = new List<int>();
        for (var i = 0; i < 31; i++)
        {
            answers.Add((await ForgotAsync($"name{i}")).Status);
        }

        Assert.That(answers.Count(status => status == 429), Is.GreaterThan(0));
        Assert.That((await ForgotAsync("anna")).Status, Is.EqualTo(429));
        using var another = api.Anonymous().From("203.0.113.99");
        Assert.That((await another.PostAsync("/api/auth/password/forgot", new { username = "anna" })).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task What_it_did_is_in_the_audit_log_and_the_token_is_not()
    {
        await ForgotAsync("anna");
        var token = (await server.NextAsync()).Token;
        await ResetAsync(token);
        await AssertInvalidAsync(token);

        using var root = api.As(api.Seeds.Root);
        var audit = await root.GetAsync("/api/audit");
        var lines = audit.Data.AsArray().Select(line => $"{line!["action"]} {line["actor"]!["username"]} {line["result"]} {line["code"]}").ToList();
        Assert.That(lines, Does.Contain("POST /api/auth/password/forgot anna accepted ").And.Contain("POST /api/auth/password/reset anna accepted ")
            .And.Some.Contains("POST /api/auth/password/reset").And.Some.Contains("refused invalid_link"));
        Assert.That(audit.Text, Does.Not.Contain(token));
    }

    [TestCase("""{"token":"x","password":"short"}""", "password")]
    [TestCase("""{"password":"battery staple"}""", "token")]
    [TestCase("""{"token":1}""", "password,token")]
    public async Task What_is_wrong_is_named(string body, string fields) =>
        Assert.That((await anonymous.PostAsync("/api/auth/password/reset", body)).WrongFields, Is.EqualTo(fields.Split(',')));

    private T Services<T>() where T : notnull => api.Services.GetRequiredService<T>();

    private Task<Answer> ForgotAsync(string name) => anonymous.PostAsync("/api/auth/password/forgot", new { username = name });

    private Task<Answer> ResetAsync(string token, string password = "battery staple") => anonymous.PostAsync("/api/auth/password/reset", new { token, password });

    private async Task AssertInvalidAsync(string token)
    {
        var answer = await ResetAsync(token);
        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "invalid_link")), answer.Text);
    }
}
