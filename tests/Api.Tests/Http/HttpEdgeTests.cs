using MultiPanel.Api.Tests.Host;

namespace MultiPanel.Api.Tests.Http;

public sealed class HttpEdgeTests
{
    private TestApi api = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => api = await TestApi.StartAsync(settings: settings => settings with { CorsOrigins = ["https://vdi.example.com"] });

    [OneTimeTearDown]
    public async Task StopAsync() => await api.DisposeAsync();

    [TestCase("/api/health")]
    [TestCase("/api/vms")]
    [TestCase("/api/nothing")]
    public async Task Every_answer_tells_browsers_to_keep_it_to_itself(string path)
    {
        using var answer = await GetAsync(path);

        Assert.That(Header(answer, "X-Content-Type-Options"), Is.EqualTo("nosniff"));
        Assert.That(Header(answer, "Content-Security-Policy"), Does.Contain("default-src 'none'").And.Contain("frame-ancestors 'none'"));
        Assert.That(Header(answer, "Cache-Control"), Is.EqualTo("no-store"));
        Assert.That(Header(answer, "Server"), Is.Null);
        Assert.That(Header(answer, "Strict-Transport-Security"), Is.Null, "it came by plain http");
    }

    [Test]
    public async Task Behind_https_it_asks_to_stay_there()
    {
        using var answer = await GetAsync("/api/health", ("X-Forwarded-Proto", "https"));

        Assert.That(Header(answer, "Strict-Transport-Security"), Does.StartWith("max-age="));
    }

    [Test]
    public async Task The_reference_page_may_run_its_own_scripts_and_no_others()
    {
        using var answer = await GetAsync("/api/docs");
        var policy = Header(answer, "Content-Security-Policy");

        Assert.That(policy, Does.Contain("script-src 'self' 'unsafe-inline';").And.Contain("frame-ancestors 'none'").And.Not.Contain("http"));
    }

    [TestCase("https://vdi.example.com", "https://vdi.example.com")]
    [TestCase("https://evil.example.com", null)]
    public async Task Other_origins_are_let_in_by_name_alone(string origin, string? allowed)
    {
        using var answer = await GetAsync("/api/health", ("Origin", origin));
        using var asked = new HttpClient { BaseAddress = new Uri(api.Url) };
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/api/vms")
        {
            Headers = { { "Origin", origin }, { "Access-Control-Request-Method", "POST" }, { "Access-Control-Request-Headers", "authorization" } },
        };
        using var agreed = await asked.SendAsync(preflight);

        Assert.That(Header(answer, "Access-Control-Allow-Origin"), Is.EqualTo(allowed));
        Assert.That(Header(agreed, "Access-Control-Allow-Origin"), Is.EqualTo(allowed));
    }

    [TestCase("127.0.0.1", "203.0.113.9", "203.0.113.9")]
    [TestCase("127.0.0.1, ", "203.0.113.9", "203.0.113.9", Description = "as ops/compose.yaml puts it together")]
    [TestCase("10.0.0.0/8", "203.0.113.9", "127.0.0.1")]
    [TestCase("127.0.0.1", "1.2.3.4, 203.0.113.9", "203.0.113.9")]
    public async Task An_address_is_believed_from_a_trusted_proxy_alone(string trusted, string claimed, string seen)
    {
        Assert.That(MultiPanel.Api.Http.HttpEdge.TryParseNetworks(trusted, out var networks), Is.True);
        await using var own = await TestApi.StartAsync(settings: settings => settings with { TrustedProxies = networks });
        using var anonymous = own.Anonymous().From(claimed);
        using var root = own.As(own.Seeds.Root);

        await anonymous.PostAsync("/api/auth/login", new { username = "x", password = "y" });

        Assert.That((string?)(await root.GetAsync("/api/audit?limit=1")).Data[0]!["address"], Is.EqualTo(seen));
    }

    private async Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient { BaseAddress = new Uri(api.Url) };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await client.SendAsync(request);
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}
