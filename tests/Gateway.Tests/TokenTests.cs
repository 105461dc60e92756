using MultiPanel.Gateway.Tests.Host;

namespace MultiPanel.Gateway.Tests;

public sealed class TokenTests
{
    private static readonly object Claims = new { sub = 7, username = "anna", role = "super_admin", exp = Jwt.In(hours: 1) };

    private FakePanel panel = null!;
    private TestGateway gateway = null!;

    private static IEnumerable<TestCaseData> Hostile()
    {
        yield return Case("none at all", null);
        yield return Case("empty", "");
        yield return Case("no JWT", "garbage");
        yield return Case("the secret itself", Jwt.Secret);
        yield return Case("alg none", Jwt.Make(Claims, algorithm: "none"));
        yield return Case("HS512", Jwt.Make(Claims, algorithm: "HS512"));
        yield return Case("another secret", Jwt.Make(Claims, secret: "another-secret-that-also-has-more-than-32-bytes"));
        yield return Case("expired", Jwt.Make(new { sub = 7, exp = Jwt.In(hours: -1) }));
        yield return Case("not valid yet", Jwt.Make(new { sub = 7, nbf = Jwt.In(hours: 1), exp = Jwt.In(hours: 2) }));
        yield return Case("without expiry", Jwt.Make(new { sub = 7 }));
        yield return Case("exp as a text", Jwt.Make(new { sub = 7, exp = $"{Jwt.In(hours: 1)}" }));
        yield return Case("exp in milliseconds", Jwt.Make(new { sub = 7, exp = Jwt.In(hours: 1) * 1000L }));
        yield return Case("signature cut off", Jwt.Make(Claims)[..^4]);
        yield return Case("claims exchanged", Exchange(Jwt.Make(new { sub = 7, exp = Jwt.In(hours: 1) }), Jwt.Make(new { sub = 1, exp = Jwt.In(hours: 1) })));
        yield return Case("an API token that is too short", "mp_Zm9vYmFy");

        static TestCaseData Case(string name, string? token) => new TestCaseData(token).SetArgDisplayNames(name);
        static string Exchange(string one, string other) => $"{one.Split('.')[0]}.{other.Split('.')[1]}.{one.Split('.')[2]}";
    }

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        panel = await FakePanel.SelfSignedAsync();
        gateway = await TestGateway.PinnedToAsync(panel);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await gateway.DisposeAsync();
        await panel.DisposeAsync();
    }

    [TestCaseSource(nameof(Hostile))]
    public async Task A_token_that_the_main_panel_would_refuse_is_not_passed_on(string? token)
    {
        var before = panel.Arrivals.Count;

        foreach (var path in new[] { "/api/auth/me", "/api/templates", "/api/jobs/events", "/api/pools/1/desktops" })
        {
            var refused = await gateway.GetAsync(path, token);
            Assert.That((refused.Status, refused.ContentType, refused.Code), Is.EqualTo((401, "application/problem+json", "unauthorized")), path);
        }

        Assert.That(panel.Arrivals, Has.Count.EqualTo(before));
    }

    [Test]
    public async Task A_token_that_is_refused_for_its_form_or_time_is_told_why()
    {
        Assert.That((await gateway.GetAsync("/api/templates", Jwt.Make(new { sub = 7, exp = Jwt.In(hours: -1) }))).Message, Does.Contain("expired"));
        Assert.That((await gateway.GetAsync("/api/templates", Jwt.Make(new { sub = 7, exp = "1" }))).Message, Does.Contain("exp must be a number of seconds"));
        Assert.That((await gateway.GetAsync("/api/templates", Jwt.Make(Claims, secret: "another-secret-that-also-has-more-than-32-bytes"))).Message, Does.StartWith("Sign in first"));
    }

    [Test]
    public async Task A_good_token_is_passed_on_as_it_is()
    {
        await gateway.GetAsync("/api/templates");

        Assert.That(panel.Arrivals.Last().Headers["Authorization"], Is.EqualTo($"Bearer {Jwt.Valid}"));
    }

    [Test]
    public async Task The_gateways_own_token_and_secret_never_leave_with_a_callers_request()
    {
        await gateway.PostAsync("/api/auth/login", """{"username": "anna", "password": "correct horse"}""", token: null);
        await gateway.GetAsync("/api/templates");

        Assert.That(panel.Arrivals.Where(arrival => arrival.Target != "/api/vdi-integration/auth/me").SelectMany(arrival => arrival.Headers.Values),
            Has.None.Contains(TestGateway.SystemToken));
        Assert.That(string.Concat(gateway.Log), Does.Not.Contain(TestGateway.SystemToken).And.Not.Contain(Jwt.Secret)
            .And.Not.Contain(Jwt.Valid).And.Not.Contain("correct horse"));
    }
}
