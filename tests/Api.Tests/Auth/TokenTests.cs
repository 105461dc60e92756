using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Auth;
using MultiPanel.Data.Users;

namespace MultiPanel.Api.Tests.Auth;

public sealed class TokenTests
{
    private TestApi api = null!;

    private long Later => api.Clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds();

    [OneTimeSetUp]
    public async Task StartAsync() => api = await TestApi.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await api.DisposeAsync();

    [Test]
    public async Task A_token_of_another_library_with_a_numeric_sub_is_accepted() =>
        Assert.That(await MeAsync(Jwt.Make(new { sub = api.Seeds.AcmeOperator, exp = Later })), Is.EqualTo(200));

    [Test]
    public async Task A_token_signed_with_another_secret_is_refused() =>
        Assert.That(await MeAsync(Jwt.Make(new { sub = api.Seeds.Root, exp = Later }, "another-secret-that-is-also-32-bytes-long")), Is.EqualTo(401));

    [TestCase("HS384")]
    [TestCase("HS512")]
    [TestCase("RS256")]
    [TestCase("none")]
    public async Task Another_algorithm_is_refused(string algorithm) =>
        Assert.That(await MeAsync(Jwt.Make(new { sub = api.Seeds.Root, exp = Later }, algorithm: algorithm)), Is.EqualTo(401));

    [Test]
    public async Task An_expired_token_and_one_without_an_end_are_refused()
    {
        var expired = api.Clock.GetUtcNow().AddMinutes(-1).ToUnixTimeSeconds();

        Assert.That(await MeAsync(Jwt.Make(new { sub = api.Seeds.Root, exp = expired })), Is.EqualTo(401));
        Assert.That(await MeAsync(Jwt.Make(new { sub = api.Seeds.Root })), Is.EqualTo(401));
    }

    [TestCase("0")]
    [TestCase("99999")]
    [TestCase("-1")]
    [TestCase("root")]
    [TestCase("99999999999999999999")]
    public async Task A_token_of_no_user_is_refused(string sub) =>
        Assert.That(await MeAsync(Jwt.Make(new { sub, exp = Later })), Is.EqualTo(401));

    [Test]
    public async Task A_disabled_user_is_not_let_in_by_what_a_token_says_of_them()
    {
        var id = await api.Seeds.UserAsync("disabled", Role.SuperAdmin, null, status: UserStatus.Inactive);

        Assert.That(await MeAsync(Jwt.Make(new { sub = id, username = "Disabled", role = "super_admin", exp = Later })), Is.EqualTo(401));
    }

    [Test]
    public async Task A_service_that_is_no_user_here_is_what_its_token_says()
    {
        using var client = api.With(Jwt.Make(new { sub = 1, username = "portal", role = "company_admin", company_id = api.Seeds.Acme, exp = Later }));
        var theirs = await api.Seeds.VmAsync(api.Seeds.Globex);
        var ours = await api.Seeds.VmAsync(api.Seeds.Acme);

        var me = await client.GetAsync("/api/auth/me");

        Assert.That(((string?)me.Data["username"], (int?)me.Data["company_id"]), Is.EqualTo(("portal", api.Seeds.Acme)), me.Text);
        Assert.That((await client.GetAsync($"/api/vms/{ours}")).Status, Is.EqualTo(200));
        Assert.That((await client.GetAsync($"/api/vms/{theirs}")).Status, Is.EqualTo(404));
        Assert.That((await client.GetAsync("/api/clusters/1")).Status, Is.EqualTo(403));
    }

    [Test]
    public async Task The_role_is_the_databases_not_the_tokens()
    {
        using var client = api.With(Jwt.Make(new { sub = api.Seeds.AcmeOperator, role = "super_admin", exp = Later }));

        Assert.That((await client.GetAsync("/api/clusters/1")).Status, Is.EqualTo(403));
    }

    [Test]
    public async Task The_token_of_a_disabled_user_ends_within_seconds()
    {
        var id = await api.Seeds.UserAsync("leaving", Role.Operator, api.Seeds.Acme);
        var token = Jwt.Make(new { sub = id, exp = Later });
        Assert.That(await MeAsync(token), Is.EqualTo(200));

        await api.Seeds.ChangeAsync<User>(id, user => user.Status = UserStatus.Inactive);
        api.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.That(await MeAsync(token), Is.EqualTo(401));
    }

    [TestCase("")]
    [TestCase(Jwt.Secret)]
    [TestCase("garbage")]
    [TestCase("a.b.c")]
    public async Task Garbage_is_refused(string token) => Assert.That(await MeAsync(token), Is.EqualTo(401));

    private async Task<int> MeAsync(string token)
    {
        using var client = api.With(token);
        var answer = await client.GetAsync("/api/auth/me");
        Assert.That(answer.Status == 200 || answer.Code == "unauthorized", Is.True, answer.Text);
        return answer.Status;
    }
}
