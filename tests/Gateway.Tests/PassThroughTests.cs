using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using MultiPanel.Gateway.Tests.Host;

namespace MultiPanel.Gateway.Tests;

public sealed class PassThroughTests
{
    private FakePanel panel = null!;
    private TestGateway gateway = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        panel = await FakePanel.SelfSignedAsync();
        gateway = await TestGateway.PinnedToAsync(panel);
    }

    [SetUp]
    public void Forget() => panel.Forget();

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await gateway.DisposeAsync();
        await panel.DisposeAsync();
    }

    [Test]
    public async Task A_sign_in_is_the_main_panels_with_its_status_and_its_body()
    {
        const string Refusal = """{"success":false,"message":"Invalid credentials"}""";
        panel.Answer = context =>
        {
            context.Response.StatusCode = 401;
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(Refusal);
        };

        var reply = await gateway.PostAsync("/api/auth/login", """{"username": "anna", "password": "wrong"}""", token: "left over from before");

        Assert.That((reply.Status, reply.ContentType, reply.Text), Is.EqualTo((401, "application/json", Refusal)));
        var arrived = panel.Arrivals.Single();
        Assert.That((arrived.Method, arrived.Target, arrived.Body),
            Is.EqualTo(("POST", "/api/vdi-integration/auth/login", """{"username": "anna", "password": "wrong"}""")));
        Assert.That(arrived.Headers.Keys, Does.Not.Contain("Authorization"));
    }

    [TestCase("GET", "/api/auth/me", "/api/vdi-integration/auth/me")]
    [TestCase("POST", "/api/auth/logout")]
    [TestCase("GET", "/api/templates?limit=5&cursor=a%2Bb")]
    [TestCase("GET", "/api/templates/registered")]
    [TestCase("GET", "/api/templates/discover?cluster_id=1")]
    [TestCase("POST", "/api/templates/register")]
    [TestCase("POST", "/api/templates/assign")]
    [TestCase("POST", "/api/templates/verify-agent")]
    [TestCase("GET", "/api/jobs?status=running")]
    [TestCase("GET", "/api/jobs/01a205f8-9f6f-7df9-ab28-1b6efc74f6aa/log")]
    [TestCase("POST", "/api/jobs/01a205f8-9f6f-7df9-ab28-1b6efc74f6aa/cancel")]
    [TestCase("POST", "/api/jobs/01a205f8-9f6f-7df9-ab28-1b6efc74f6aa/retry")]
    [TestCase("PATCH", "/api/pools/3")]
    [TestCase("PUT", "/api/pools/3/entitlements")]
    [TestCase("DELETE", "/api/desktops/5")]
    [TestCase("POST", "/api/sessions")]
    [TestCase("GET", "/api/sessions/mine")]
    public async Task What_the_platform_needs_passes(string method, string path, string? to = null)
    {
        panel.Answer = context =>
        {
            context.Response.StatusCode = 202;
            context.Response.Headers.Location = "/api/jobs/1";
            return Task.CompletedTask;
        };

        var reply = await gateway.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.That((reply.Status, reply.Text), Is.EqualTo((202, "")), "an empty answer stays empty");
        Assert.That(reply.Headers.Location!.ToString(), Is.EqualTo("/api/jobs/1"));
        Assert.That((panel.Arrivals.Single().Method, panel.Arrivals.Single().Target), Is.EqualTo((method, to ?? path)));
    }

    [TestCase("GET", "/")]
    [TestCase("GET", "/api/users")]
    [TestCase("GET", "/api/clusters")]
    [TestCase("POST", "/api/vms")]
    [TestCase("GET", "/api/audit")]
    [TestCase("GET", "/metrics")]
    [TestCase("GET", "/openapi/v1.json")]
    [TestCase("GET", "/api/vdi-integration/users")]
    [TestCase("GET", "/api/templates/5")]
    [TestCase("GET", "/api/jobsandmore")]
    [TestCase("GET", "/api/jobs/../users")]
    [TestCase("GET", "/api/jobs/%2e%2e/users")]
    [TestCase("GET", "/api/jobs/%252e%252e/users")]
    [TestCase("GET", "/api/jobs/%252e%252e%252fusers")]
    [TestCase("GET", "/api/jobs/..%2fusers")]
    [TestCase("GET", "/api/jobs/..%5cusers")]
    [TestCase("GET", "/api/jobs//users")]
    [TestCase("GET", "/api/jobs/x%0d%0aHost:%20evil")]
    public async Task All_else_is_not_there(string method, string path)
    {
        var raw = new Uri(gateway.Address + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

        var reply = await gateway.SendAsync(new HttpRequestMessage(new HttpMethod(method), raw));

        Assert.That((reply.Status, reply.Code), Is.EqualTo((404, "not_found")));
        Assert.That(panel.Arrivals, Is.Empty);
    }

    [TestCase("DELETE", "/api/templates")]
    [TestCase("GET", "/api/auth/login")]
    [TestCase("OPTIONS", "/api/jobs")]
    [TestCase("TRACE", "/api/jobs")]
    public async Task Other_methods_are_refused(string method, string path)
    {
        var reply = await gateway.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.That((reply.Status, reply.Code), Is.EqualTo((405, "method_not_allowed")));
        Assert.That(panel.Arrivals, Is.Empty);
    }

    [Test]
    public async Task The_main_panel_sees_who_calls_and_nothing_that_is_none_of_its_business()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/templates/register") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        foreach (var (name, value) in new[]
        {
            ("Cookie", "session=1"), ("Host", "vdi.example.com"), ("X-Forwarded-For", "203.0.113.9, 198.51.100.7"), ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-Host", "evil.example"), ("Forwarded", "for=1.2.3.4"), ("X-Real-IP", "1.2.3.4"), ("X-Original-URL", "/api/users"),
            ("X-HTTP-Method-Override", "DELETE"), ("Keep-Alive", "timeout=5"), ("TE", "trailers"), ("Proxy-Authorization", "Basic eDp5"),
            ("Idempotency-Key", "k1"), ("Accept-Language", "de"),
        })
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        await gateway.SendAsync(request);

        var headers = panel.Arrivals.Single().Headers;
        Assert.That(headers.Keys, Is.SubsetOf(new[]
        {
            "Host", "Accept-Language", "Authorization", "Content-Length", "Content-Type", "Idempotency-Key", "X-Forwarded-For", "X-Forwarded-Proto", "traceparent",
        }));
        Assert.That(headers["Host"], Is.EqualTo($"127.0.0.1:{panel.Port}"));
        Assert.That(headers["X-Forwarded-For"], Is.EqualTo("203.0.113.9, 198.51.100.7"), "nginx on this host said who calls; what stood before that is appended to");
        Assert.That(headers["X-Forwarded-Proto"], Is.EqualTo("https"));
        Assert.That(headers["Idempotency-Key"], Is.EqualTo("k1"));
    }

    [Test]
    public async Task A_caller_who_is_no_trusted_proxy_has_his_own_address_appended_to_what_he_claims()
    {
        await using var outer = await TestGateway.StartAsync(
            panel.Address, ("MAIN_PANEL_FINGERPRINT", panel.Certificate!.Fingerprint()), ("TRUSTED_PROXIES", "192.0.2.0/24, 192.0.2.9"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/templates");
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        request.Headers.Add("X-Forwarded-Proto", "https");

        await outer.SendAsync(request);

        Assert.That(panel.Arrivals.Single().Headers["X-Forwarded-For"], Is.EqualTo("203.0.113.9, 127.0.0.1"));
        Assert.That(panel.Arrivals.Single().Headers["X-Forwarded-Proto"], Is.EqualTo("http"));
    }

    [Test]
    public async Task The_caller_gets_the_answer_without_cookies_and_without_what_tells_of_the_main_panels_host()
    {
        panel.Answer = context =>
        {
            var headers = context.Response.Headers;
            headers.SetCookie = "session=1";
            headers.Server = "nginx/1.22.1";
            headers.AltSvc = "h3=\":443\"";
            headers.StrictTransportSecurity = "max-age=31536000";
            headers.XContentTypeOptions = "nosniff";
            headers.ETag = "\"1\"";
            headers.Location = $"{panel.Address}/api/jobs/1?x=1";
            context.Response.StatusCode = 202;
            return context.Response.WriteAsJsonAsync(new { success = true });
        };

        var reply = await gateway.GetAsync("/api/jobs");

        Assert.That(reply.Headers.Select(header => header.Key), Has.None.AnyOf("Set-Cookie", "Server", "Alt-Svc", "Strict-Transport-Security", "Via"));
        Assert.That(reply.Headers.Location!.ToString(), Is.EqualTo("/api/jobs/1?x=1"));
        Assert.That(reply.Headers.ETag!.Tag, Is.EqualTo("\"1\""));
        Secure(reply.Headers);
    }

    [Test]
    public async Task The_gateways_own_answers_have_the_security_headers_too()
    {
        Secure((await gateway.GetAsync("/api/health", token: null)).Headers);
        Secure((await gateway.GetAsync("/nothing", token: null)).Headers);
        Secure((await gateway.GetAsync("/api/jobs", token: null)).Headers);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_body_over_a_mebibyte_is_refused(bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/templates/register") { Content = new ByteArrayContent(new byte[(1024 * 1024) + 1]) };
        request.Headers.TransferEncodingChunked = chunked;

        var reply = await gateway.SendAsync(request);

        Assert.That((reply.Status, reply.Code), Is.EqualTo((413, "too_large")));
    }

    private static void Secure(HttpResponseHeaders headers)
    {
        Assert.That(headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }));
        Assert.That(headers.GetValues("X-Frame-Options"), Is.EqualTo(new[] { "DENY" }));
        Assert.That(headers.GetValues("Content-Security-Policy"), Is.EqualTo(new[] { "default-src 'none'; frame-ancestors 'none'" }));
        Assert.That(headers.GetValues("Referrer-Policy"), Is.EqualTo(new[] { "no-referrer" }));
        Assert.That(headers.CacheControl!.NoStore, Is.True);
    }

    /// <summary>Neither the main panel's fault nor an alarm: anybody can send it.</summary>
    [TestCase("FFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n")]
    [TestCase("xyz\r\n{}\r\n0\r\n\r\n")]
    public async Task A_body_whose_chunks_are_not_well_formed_is_400(string chunks)
    {
        await using var panel = await FakePanel.SelfSignedAsync();
        await using var gateway = await TestGateway.PinnedToAsync(panel);
        using var client = new System.Net.Sockets.TcpClient("127.0.0.1", gateway.Client.BaseAddress!.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(
            $"POST /api/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{chunks}"));
        using var answer = new StreamReader(stream);

        Assert.That(await answer.ReadToEndAsync(), Does.StartWith("HTTP/1.1 400 "));
        Assert.That(gateway.Log, Has.None.StartsWith("Warning").And.None.StartsWith("Error"));
    }
}
