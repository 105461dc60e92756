using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Auth;
using MultiPanel.Data.Tokens;
using MultiPanel.Data.Users;

namespace MultiPanel.Api.Tests.Auth;

public sealed class ApiTokenTests
{
    private TestApi api = null!;

    [SetUp]
    public async Task StartAsync() => api = await TestApi.StartAsync();

    [TearDown]
    public async Task StopAsync() => await api.DisposeAsync();

    [Test]
    public async Task It_is_shown_once_and_lies_hashed()
    {
        using var operate = api.As(api.Seeds.AcmeOperator);

        var made = await MakeAsync(operate, "command");

        await using var db = api.Database.OpenAll();
        Assert.That((string)made["token"]!, Does.StartWith("mp_").And.StartWith((string)made["prefix"]!).And.Length.GreaterThan(43));
        Assert.That(db.ApiTokens.Single().Hash, Does.Not.Contain((string)made["token"]!));
        Assert.That((await operate.GetAsync("/api/tokens")).Text, Does.Contain((string)made["prefix"]!).And.Not.Contain((string)made["token"]!));
    }

    [TestCase("read", 200, 403, 403)]
    [TestCase("command", 200, 202, 403)]
    [TestCase("admin", 200, 202, 201)]
    public async Task It_may_what_its_scope_says(string scope, int reads, int commands, int administers)
    {
        using var admin = api.As(api.Seeds.AcmeAdmin);
        using var script = api.With((string)(await MakeAsync(admin, scope))["token"]!);
        var vm = await api.Seeds.VmAsync(api.Seeds.Acme);

        Assert.That((await script.GetAsync($"/api/vms/{vm}")).Status, Is.EqualTo(reads));
        Assert.That((await script.PostAsync($"/api/vms/{vm}/start")).Status, Is.EqualTo(commands));
        Assert.That((await script.PostAsync("/api/tokens", new { name = "more" })).Status, Is.EqualTo(administers));
    }

    [Test]
    public async Task One_made_with_another_does_not_outlive_it()
    {
        using var admin = api.As(api.Seeds.AcmeAdmin);
        var end = api.Clock.GetUtcNow().AddMinutes(5);
        using var script = api.With((string)(await MakeAsync(admin, "admin", end))["token"]!);

        var later = await script.PostAsync("/api/tokens", new { name = "more", expires_at = end.AddSeconds(1) });
        var endless = await MakeAsync(script, "admin");
        var sooner = await MakeAsync(script, "read", end.AddMinutes(-1));

        Assert.That((later.Status, later.WrongFields.Single()), Is.EqualTo((400, "expires_at")), later.Text);
        Assert.That((DateTimeOffset)endless["expires_at"]!, Is.EqualTo(end));
        Assert.That((DateTimeOffset)sooner["expires_at"]!, Is.EqualTo(end.AddMinutes(-1)));
        api.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.That(await MeAsync(endless), Is.EqualTo(401));
    }

    [Test]
    public async Task It_never_may_more_than_its_user_also_when_that_changes()
    {
        using var admin = api.As(api.Seeds.AcmeAdmin);
        using var script = api.With((string)(await MakeAsync(admin, "admin"))["token"]!);
        var theirs = await api.Seeds.VmAsync(api.Seeds.Globex);

        Assert.That((await script.GetAsync($"/api/vms/{theirs}")).Status, Is.EqualTo(404));
        Assert.That((await script.GetAsync("/api/clusters/1")).Status, Is.EqualTo(403));
        await api.Seeds.ChangeAsync<User>(api.Seeds.AcmeAdmin, user => user.Role = Role.User);
        api.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.That((await script.GetAsync("/api/vms")).Status, Is.EqualTo(403));
        await api.Seeds.ChangeAsync<User>(api.Seeds.AcmeAdmin, user => user.Status = UserStatus.Inactive);
        api.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.That((await script.GetAsync("/api/auth/me")).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task Revoked_or_over_it_is_refused()
    {
        using var admin = api.As(api.Seeds.AcmeAdmin);
        var revoked = await MakeAsync(admin, "read");
        var over = await MakeAsync(admin, "read", api.Clock.GetUtcNow().AddMinutes(5));
        Assert.That((await MeAsync(revoked), await MeAsync(over)), Is.EqualTo((200, 200)));

        Assert.That((await admin.DeleteAsync($"/api/tokens/{revoked["id"]}")).Status, Is.EqualTo(200));
        api.Clock.Advance(TimeSpan.FromMinutes(6));

        Assert.That((await MeAsync(revoked), await MeAsync(over)), Is.EqualTo((401, 401)));
    }

    [Test]
    public async Task Administrators_revoke_their_users_tokens_and_no_others()
    {
        using var operate = api.As(api.Seeds.AcmeOperator);
        using var user = api.As(api.Seeds.AcmeUser);
        using var admin = api.As(api.Seeds.AcmeAdmin);
        using var stranger = api.As(api.Seeds.GlobexAdmin);
        var id = (int)(await MakeAsync(operate, "read"))["id"]!;

        Assert.That((await stranger.DeleteAsync($"/api/tokens/{id}")).Status, Is.EqualTo(404));
        Assert.That((await user.DeleteAsync($"/api/tokens/{id}")).Status, Is.EqualTo(404));
        Assert.That((await stranger.GetAsync($"/api/tokens?user_id={api.Seeds.AcmeOperator}")).Status, Is.EqualTo(404));
        Assert.That((await user.GetAsync($"/api/tokens?user_id={api.Seeds.AcmeOperator}")).Status, Is.EqualTo(404));
        Assert.That((await admin.GetAsync($"/api/tokens?user_id={api.Seeds.AcmeOperator}")).Data.AsArray(), Has.Count.EqualTo(1));
        Assert.That((await admin.DeleteAsync($"/api/tokens/{id}")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Its_use_is_noted_once_a_minute()
    {
        using var admin = api.As(api.Seeds.AcmeAdmin);
        var made = await MakeAsync(admin, "read");
        var first = api.Clock.GetUtcNow().UtcDateTime;
        await MeAsync(made);
        api.Clock.Advance(TimeSpan.FromSeconds(59));
        await MeAsync(made);
        Assert.That(await LastUseAsync(made), Is.EqualTo(first));

        api.Clock.Advance(TimeSpan.FromSeconds(1));
        await MeAsync(made);

        Assert.That(await LastUseAsync(made), Is.EqualTo(first.AddMinutes(1)));
    }

    [TestCase("mp_")]
    [TestCase("mp_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task What_we_have_not_made_is_refused(string token)
    {
        using var client = api.With(token);

        Assert.That((await client.GetAsync("/api/auth/me")).Code, Is.EqualTo("unauthorized"));
    }

    [TestCase("""{"name":""}""", "name")]
    [TestCase("""{"name":"x","scope":"everything"}""", "scope")]
    [TestCase("""{"name":"x","expires_at":"2020-01-01T00:00:00Z"}""", "expires_at")]
    public async Task What_is_wrong_is_named(string body, string field)
    {
        using var admin = api.As(api.Seeds.AcmeAdmin);

        Assert.That((await admin.PostAsync("/api/tokens", body)).WrongFields, Is.EqualTo(new[] { field }));
    }

    private static async Task<System.Text.Json.Nodes.JsonNode> MakeAsync(ApiClient client, string scope, DateTimeOffset? end = null)
    {
        var answer = await client.PostAsync("/api/tokens", new { name = "script", scope, expires_at = end });
        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        return answer.Data;
    }

    private async Task<int> MeAsync(System.Text.Json.Nodes.JsonNode token)
    {
        using var client = api.With((string)token["token"]!);
        return (await client.GetAsync("/api/auth/me")).Status;
    }

    private async Task<DateTime?> LastUseAsync(System.Text.Json.Nodes.JsonNode token)
    {
        await using var db = api.Database.OpenAll();
        return (await db.FindAsync<ApiToken>((int)token["id"]!))!.LastUsedAt;
    }
}
