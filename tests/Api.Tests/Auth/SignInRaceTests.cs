using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Auth;
using MultiPanel.Data;
using MultiPanel.Data.Users;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.Api.Tests.Auth;

/// <summary>A password that is changed while one with the old one is under way.</summary>
public sealed class SignInRaceTests
{
    /// <summary>Weak, so that a sign-in replaces it.</summary>
    private static readonly string Old = BCrypt.Net.BCrypt.HashPassword("correct horse", 4), New = BCrypt.Net.BCrypt.HashPassword("battery staple", 4);

    private TestDatabase? server;
    private TestApi api = null!;
    private int anna;

    [TearDown]
    public async Task StopAsync()
    {
        await api.DisposeAsync();
        await (server?.DisposeAsync() ?? ValueTask.CompletedTask);
        server = null;
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_sign_in_that_was_believed_before_the_change_does_not_begin_after_it(bool onMariaDb)
    {
        await StartAsync(onMariaDb);
        var believed = await Services<SignIn>().VerifyCredentialsAsync(Login(), new DefaultHttpContext());
        await ResetAsync();
        api.Clock.Advance(TimeSpan.FromSeconds(5));

        var refused = Assert.ThrowsAsync<ProblemException>(() => Services<SignInStore>().StartAsync(believed, default));

        Assert.That((refused!.Status, refused.Code), Is.EqualTo((401, "invalid_credentials")));
        await using var db = api.Database.OpenAll();
        Assert.That(db.LoginSessions.Count(), Is.Zero);
    }

    [Test]
    public async Task A_sign_in_that_was_believed_before_the_user_was_disabled_does_not_begin_after_it()
    {
        await StartAsync();
        var believed = await Services<SignIn>().VerifyCredentialsAsync(Login(), new DefaultHttpContext());
        await api.Seeds.ChangeAsync<User>(anna, user => user.Status = UserStatus.Inactive);

        Assert.ThrowsAsync<ProblemException>(() => Services<SignInStore>().StartAsync(believed, default));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_change_by_the_user_ends_what_was_signed_in_and_goes_on(bool onMariaDb)
    {
        await StartAsync(onMariaDb);
        var sessions = Services<SignInStore>();
        var before = await sessions.StartAsync(await Services<SignIn>().VerifyCredentialsAsync(Login(), new DefaultHttpContext()), default);
        using var client = api.With(before.Token);

        var changed = await client.PostAsync("/api/auth/password", new { current_password = "correct horse", new_password = "battery staple" });

        Assert.That(changed.Status, Is.EqualTo(200), changed.Text);
        Assert.That((await client.GetAsync("/api/auth/me")).Status, Is.EqualTo(401));
        using var after = api.With((string)changed.Data["token"]!);
        Assert.That((await after.GetAsync("/api/auth/me")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_replaced_hash_does_not_overwrite_a_new_password()
    {
        await StartAsync();
        var busy = await BusyThreads.HoldAsync(Services<PasswordThreads>());
        var login = Services<SignIn>().VerifyCredentialsAsync(Login(), new DefaultHttpContext());
        await api.Seeds.ChangeAsync<User>(anna, user => user.PasswordHash = New);
        busy.Dispose();

        Assert.That(Assert.ThrowsAsync<ProblemException>(() => login)!.Status, Is.EqualTo(401));
        Assert.That(await HashAsync(), Is.EqualTo(New));
    }

    [Test]
    public async Task Of_two_who_replace_the_hash_both_sign_in()
    {
        await StartAsync();
        var busy = await BusyThreads.HoldAsync(Services<PasswordThreads>());
        var logins = new[] { "203.0.113.1", "203.0.113.2" }.Select(address =>
        {
            var context = new DefaultHttpContext();
            context.Connection.RemoteIpAddress = System.Net.IPAddress.Parse(address);
            return Services<SignIn>().VerifyCredentialsAsync(Login(), context);
        }).ToList();
        busy.Dispose();

        foreach (var user in await Task.WhenAll(logins))
        {
            Assert.That((await Services<SignInStore>().StartAsync(user, default)).User.Id, Is.EqualTo(anna));
        }
    }

    [Test]
    public async Task A_change_by_the_user_does_not_overwrite_one_by_an_administrator()
    {
        await StartAsync();
        await using var scope = api.Services.CreateAsyncScope();
        var busy = await BusyThreads.HoldAsync(Services<PasswordThreads>());
        var change = scope.ServiceProvider.GetRequiredService<PasswordChange>().ChangeAsync(
            anna, new PasswordRequest { CurrentPassword = "correct horse", NewPassword = "my own wish" }, "203.0.113.1", default);
        await api.Seeds.ChangeAsync<User>(anna, user => user.PasswordHash = New);
        busy.Dispose();

        Assert.That(Assert.ThrowsAsync<ProblemException>(() => change)!.Code, Is.EqualTo("wrong_password"));
        Assert.That(await HashAsync(), Is.EqualTo(New));
    }

    private static LoginRequest Login() => new() { Username = "anna", Password = "correct horse" };

    private async Task StartAsync(bool onMariaDb = false)
    {
        DatabaseUrl? url = null;
        if (onMariaDb)
        {
            server = await TestServers.MySqlAsync();
            Assert.That(DatabaseUrl.TryParse(server.Url, out url, out var problem), Is.True, problem);
        }

        api = await TestApi.StartAsync(database: url);
        anna = await api.Seeds.UserAsync("anna", Role.Operator, api.Seeds.Acme, Old);
    }

    private T Services<T>() where T : notnull => api.Services.GetRequiredService<T>();

    private async Task ResetAsync()
    {
        using var admin = api.As(api.Seeds.AcmeAdmin);
        var answer = await admin.PatchAsync($"/api/users/{anna}", new { password = "battery staple" });
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
    }

    private async Task<string> HashAsync()
    {
        await using var db = api.Database.OpenAll();
        return (await db.Users.FindAsync(anna))!.PasswordHash;
    }
}
