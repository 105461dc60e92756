using Microsoft.EntityFrameworkCore;
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
    public async Task A_name_that_is_not_listed_is_no_service() =>
        Assert.That(await MeAsync(Jwt.Make(new { sub = 999, username = "someone", role = "super_admin", exp = Later })), Is.EqualTo(401));

    /// <summary>The token was made with the name and the role that the user had then, or might like to have.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public async Task A_token_ends_with_the_name_and_with_the_user_that_it_was_made_for(bool disabledFirst)
    {
        using var root = api.As(api.Seeds.Root);
        foreach (var end in new Func<int, Task<Answer>>[] { id => root.PatchAsync($"/api/users/{id}", new { username = $"renamed{id}" }), id => root.DeleteAsync($"/api/users/{id}") })
        {
            var name = $"bob{Guid.NewGuid():N}"[..20];
            var id = await api.Seeds.UserAsync(name, Role.Operator, api.Seeds.Acme);
            var token = Jwt.Make(new { sub = id, username = name, role = "super_admin", exp = Later });
            Assert.That(await MeAsync(token), Is.EqualTo(200));
            if (disabledFirst)
            {
                await root.PatchAsync($"/api/users/{id}", new { status = "inactive" });
                Assert.That(await MeAsync(token), Is.EqualTo(401));
            }

            Assert.That((await end(id)).Status, Is.EqualTo(200));

            Assert.That(await MeAsync(token), Is.EqualTo(401));
        }
    }

    [TestCase("system")]
    [TestCase("System")]
    [TestCase("portal")]
    public async Task No_user_can_have_a_services_name(string username)
    {
        using var root = api.As(api.Seeds.Root);

        foreach (var answer in new[]
        {
            await root.PostAsync("/api/users", new { username, email = "x@example.com", password = "battery staple", role = "super_admin" }),
            await root.PatchAsync($"/api/users/{api.Seeds.AcmeUser}", new { username }),
        })
        {
            Assert.That((answer.Status, answer.Code), Is.EqualTo((409, "username_taken")), answer.Text);
        }
    }

    [Test]
    public async Task A_user_who_had_a_services_name_before_it_was_listed_leaves_it_no_token()
    {
        using var root = api.As(api.Seeds.Root);
        var id = await api.Seeds.UserAsync("Portal", Role.Operator, api.Seeds.Acme, status: UserStatus.Inactive);
        var token = Jwt.Make(new { sub = id, username = "portal", role = "super_admin", exp = Later });

        Assert.That(await MeAsync(token), Is.EqualTo(401));
        Assert.That((await root.DeleteAsync($"/api/users/{id}")).Code, Is.EqualTo("service_name"));
        Assert.That((await root.PatchAsync($"/api/users/{id}", new { username = "other" })).Code, Is.EqualTo("service_name"));
        Assert.That(await MeAsync(token), Is.EqualTo(401));
        await using var db = api.Database.OpenAll();
        await db.Users.Where(user => user.Id == id).ExecuteDeleteAsync(); // the other tests' service is called so
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

    [TestCase("""{"alg":"HS256","crit":["x"],"x":1}""", """{"sub":1,"exp":LATER}""", "crit")]
    [TestCase("""{"alg":"HS256"}""", """{"sub":1,"exp":"LATER"}""", "exp must be a number of seconds")]
    [TestCase("""{"alg":"HS256"}""", """{"sub":1,"exp":LATER000}""", "exp must be a number of seconds")]
    [TestCase("""{"alg":"HS256"}""", """{"sub":1,"exp":LATER,"nbf":"0"}""", "nbf must be a number of seconds")]
    [TestCase("""{"alg":"HS256"}""", """{"sub":1,"exp":LATER,"iat":null}""", "iat must be a number of seconds")]
    [TestCase("""{"alg":"HS256"}""", """{"sub":1}""", "exp is missing")]
    [TestCase("""{"alg":"HS256"}""", """{"sub":1,"role":"user","role":"super_admin","exp":LATER}""", "well-formed")]
    [TestCase("""{"alg":"HS256"}""", """{"sub":1,"exp":1}""", "expired")]
    [TestCase("""{"alg":"HS256"}""", """{"sub":1,"exp":LATER,"nbf":LATER}""", "not valid yet")]
    [TestCase("""{"alg":"HS512"}""", """{"sub":1,"exp":LATER}""", "HS256")]
    [TestCase("""{"alg":"HS256"}""", """[]""", "well-formed")]
    public async Task A_token_that_is_refused_for_its_form_or_time_is_told_why(string head, string claims, string why)
    {
        using var client = api.With(Jwt.Sign(head, claims.Replace("LATER", $"{Later}", StringComparison.Ordinal)));

        var answer = await client.GetAsync("/api/auth/me");

        Assert.That((answer.Status, answer.Code), Is.EqualTo((401, "unauthorized")), answer.Text);
        Assert.That((string?)answer.Json!["detail"], Does.Contain(why));
    }

    [Test]
    public async Task Why_a_users_token_ended_is_said_to_nobody()
    {
        var disabled = await api.Seeds.UserAsync("disabled-too", Role.Operator, api.Seeds.Acme, status: UserStatus.Inactive);
        using var unknown = api.With(Jwt.Make(new { sub = 99_999, exp = Later }));
        using var inactive = api.With(Jwt.Make(new { sub = disabled, exp = Later }));
        using var forged = api.With(Jwt.Make(new { sub = disabled, exp = Later }, "another-secret-that-is-also-32-bytes-long"));

        var said = new List<string?>();
        foreach (var client in new[] { unknown, inactive, forged })
        {
            said.Add((string?)(await client.GetAsync("/api/auth/me")).Json!["detail"]);
        }

        Assert.That(said, Is.All.EqualTo("Sign in first: a valid bearer token is needed."));
    }

    private async Task<int> MeAsync(string token)
    {
        using var client = api.With(token);
        var answer = await client.GetAsync("/api/auth/me");
        Assert.That(answer.Status == 200 || answer.Code == "unauthorized", Is.True, answer.Text);
        return answer.Status;
    }
}
