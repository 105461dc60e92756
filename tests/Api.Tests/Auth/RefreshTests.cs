using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Auth;
using MultiPanel.Data.Users;

namespace MultiPanel.Api.Tests.Auth;

public sealed class RefreshTests
{
    private static readonly string Hash = BCrypt.Net.BCrypt.HashPassword("correct horse", 4);

    private TestApi api = null!;
    private ApiClient client = null!;
    private int anna;

    [SetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        client = api.Anonymous();
        anna = await api.Seeds.UserAsync("anna", Role.Operator, api.Seeds.Acme, Hash);
    }

    [TearDown]
    public async Task StopAsync()
    {
        client.Dispose();
        await api.DisposeAsync();
    }

    [Test]
    public async Task Each_refresh_gives_the_next_pair_and_the_user()
    {
        var (_, first) = await LoginAsync();

        var second = await RefreshAsync(first);
        var third = await RefreshAsync((string)second.Data["refresh_token"]!);

        Assert.That((second.Status, third.Status), Is.EqualTo((200, 200)), third.Text);
        Assert.That((string?)third.Data["user"]!["username"], Is.EqualTo("anna"));
        Assert.That(await MeAsync((string)third.Data["token"]!), Is.EqualTo(200));
    }

    [Test]
    public async Task An_old_refresh_token_ends_the_whole_sign_in_and_no_other()
    {
        var (_, first) = await LoginAsync();
        var (otherToken, otherRefresh) = await LoginAsync();
        var second = await RefreshAsync(first);

        var reused = await RefreshAsync(first);

        Assert.That((reused.Status, reused.Code), Is.EqualTo((401, "refresh_token_reused")));
        Assert.That((await RefreshAsync((string)second.Data["refresh_token"]!)).Status, Is.EqualTo(401));
        Assert.That(await MeAsync((string)second.Data["token"]!), Is.EqualTo(401));
        Assert.That(await MeAsync(otherToken), Is.EqualTo(200));
        Assert.That((await RefreshAsync(otherRefresh)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Of_two_at_once_at_most_one_is_answered()
    {
        var (_, first) = await LoginAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RefreshAsync(first)));

        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(1));
    }

    [Test]
    public async Task It_lies_hashed_in_the_database()
    {
        var (_, refresh) = await LoginAsync();

        await using var db = api.Database.OpenAll();
        Assert.That(db.LoginSessions.Single().TokenHash, Is.Not.EqualTo(refresh).And.Length.EqualTo(64));
    }

    [Test]
    public async Task It_ends_when_it_was_not_used_for_a_month()
    {
        var (_, refresh) = await LoginAsync();

        api.Clock.Advance(TimeSpan.FromDays(31));

        Assert.That((await RefreshAsync(refresh)).Status, Is.EqualTo(401));
    }

    [TestCase("")]
    [TestCase("x")]
    [TestCase("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [TestCase("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task What_we_have_not_made_is_refused(string token) => Assert.That((await RefreshAsync(token)).Status, Is.EqualTo(401));

    [TestCase(true)]
    [TestCase(false)]
    public async Task After_signing_out_neither_token_counts(bool byRefreshToken)
    {
        var (token, refresh) = await LoginAsync();
        using var mine = api.With(token);

        var answer = byRefreshToken
            ? await client.PostAsync("/api/auth/logout", new { refresh_token = refresh })
            : await mine.PostAsync("/api/auth/logout");

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That(await MeAsync(token), Is.EqualTo(401));
        Assert.That((await RefreshAsync(refresh)).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task Nobody_cannot_sign_out() => Assert.That((await client.PostAsync("/api/auth/logout")).Code, Is.EqualTo("not_signed_in"));

    [Test]
    public async Task A_changed_password_ends_all_older_tokens_and_gives_new_ones()
    {
        var (token, refresh) = await LoginAsync();
        using var mine = api.With(token);
        var apiToken = (string)(await mine.PostAsync("/api/tokens", new { name = "script" })).Data["token"]!;
        var outside = Jwt.Make(new { sub = anna, iat = api.Clock.GetUtcNow().ToUnixTimeSeconds(), exp = api.Clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds() });
        Assert.That(await MeAsync(apiToken), Is.EqualTo(200));
        Assert.That(await MeAsync(outside), Is.EqualTo(200));

        var changed = await mine.PostAsync("/api/auth/password", new { current_password = "correct horse", new_password = "battery staple" });

        Assert.That(changed.Status, Is.EqualTo(200), changed.Text);
        foreach (var old in new[] { token, apiToken, outside })
        {
            api.Clock.Advance(TimeSpan.FromSeconds(5));
            Assert.That(await MeAsync(old), Is.EqualTo(401));
        }

        Assert.That((await RefreshAsync(refresh)).Status, Is.EqualTo(401));
        Assert.That(await MeAsync((string)changed.Data["token"]!), Is.EqualTo(200));
        Assert.That((await RefreshAsync((string)changed.Data["refresh_token"]!)).Status, Is.EqualTo(200));
        Assert.That((await client.PostAsync("/api/auth/login", new { username = "anna", password = "battery staple" })).Status, Is.EqualTo(200));
        Assert.That((await client.PostAsync("/api/auth/login", new { username = "anna", password = "correct horse" })).Status, Is.EqualTo(401));
    }

    [TestCase("wrong", "battery staple", 403)]
    [TestCase("correct horse", "short", 400)]
    [TestCase("correct horse", "password", 400)]
    public async Task A_password_is_not_changed_to_anything_by_any_caller(string current, string next, int status)
    {
        using var mine = api.With((await LoginAsync()).Token);

        Assert.That((await mine.PostAsync("/api/auth/password", new { current_password = current, new_password = next })).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task A_deleted_users_token_is_not_taken_for_a_services()
    {
        var (token, _) = await LoginAsync();
        await using (var db = api.Database.OpenAll())
        {
            db.Remove(db.Users.Single(user => user.Username == "anna"));
            await db.SaveChangesAsync();
        }

        api.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.That(await MeAsync(token), Is.EqualTo(401));
    }

    [Test]
    public async Task A_user_who_was_disabled_and_enabled_again_signs_in_again()
    {
        var (_, refresh) = await LoginAsync();
        await api.Seeds.ChangeAsync<User>(anna, user => user.Status = UserStatus.Inactive);

        Assert.That((await RefreshAsync(refresh)).Status, Is.EqualTo(401));
    }

    private async Task<(string Token, string Refresh)> LoginAsync()
    {
        var answer = await client.PostAsync("/api/auth/login", new { username = "anna", password = "correct horse" });
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return ((string)answer.Data["token"]!, (string)answer.Data["refresh_token"]!);
    }

    private Task<Answer> RefreshAsync(string token) => client.PostAsync("/api/auth/refresh", new { refresh_token = token });

    private async Task<int> MeAsync(string token)
    {
        using var mine = api.With(token);
        return (await mine.GetAsync("/api/auth/me")).Status;
    }
}
