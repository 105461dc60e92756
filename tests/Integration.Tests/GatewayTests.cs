using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using MultiPanel.TestKit;
using MultiPanel.TestKit.Processes;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.Integration.Tests;

/// <summary>The two systems on two ports: the main panel under TLS with a certificate of its own, and the gateway before it.</summary>
[NonParallelizable]
public sealed class GatewayTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private PanelCertificate certificate = null!;
    private Installation installation = null!;
    private PanelProcess process = null!;
    private HttpClient panel = null!;
    private HttpClient gateway = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        certificate = new PanelCertificate();
        installation = await Installation.StartAsync(new InstallationOptions { Workers = 1, Tls = certificate.Files });
        var port = FreePort.Next();
        process = PanelProcess.Start("Gateway", new Dictionary<string, string>
        {
            ["MAIN_PANEL_API_BASE"] = $"{installation.SecureAddress}api",
            ["MAIN_PANEL_FINGERPRINT"] = certificate.Fingerprint,
            ["JWT_SECRET"] = installation.Secrets["JWT_ACCESS_SECRET"],
            ["SYSTEM_JWT_TOKEN"] = ServiceToken.Make(installation.Secrets["JWT_ACCESS_SECRET"]),
            ["PORT"] = $"{port}",
        });
        panel = new HttpClient { BaseAddress = installation.Address };
        gateway = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await process.SaysAsync(line => line.Contains("The main panel is", StringComparison.Ordinal), "where the main panel is");
        await Eventually.IsAsync(async () => (await StatusAsync("/api/health/ready")).Status == 200, "the gateway is ready", Limit, () => process.Said);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        panel.Dispose();
        gateway.Dispose();
        await process.DisposeAsync();
        await installation.DisposeAsync();
        certificate.Dispose();
    }

    [Test]
    public async Task The_same_people_see_the_same_on_both_and_a_job_is_followed_through_the_gateway()
    {
        Assert.That(process.Said, Does.Contain("must not end with /api"), "mended, and said so");
        var (there, here) = (await SignInAsync(panel), await SignInAsync(gateway));
        Assert.That((string)(await CallAsync(gateway, "GET", "/api/auth/me", here))["data"]!["username"]!, Is.EqualTo("admin"));
        foreach (var path in new[] { "/api/templates", "/api/templates/registered" })
        {
            var (ours, theirs) = (await CallAsync(gateway, "GET", path, here), await CallAsync(panel, "GET", path, there));
            Assert.That(ours["data"]!.AsArray(), Has.Count.GreaterThan(0));
            Assert.That(ours.ToJsonString(), Is.EqualTo(theirs.ToJsonString()), path);
        }

        var cluster = installation.Tenants.Clusters.Values.Min();
        var found = (await CallAsync(gateway, "GET", $"/api/templates/discover?cluster_id={cluster}", here))["data"]!.AsArray();
        Assert.That(found, Has.Count.GreaterThan(0));
        var vmid = (int)found[0]!["vmid"]!;
        await CallAsync(gateway, "POST", "/api/templates/register", here, new { cluster_id = cluster, vmid }, 409);
        var registered = await CallAsync(gateway, "POST", "/api/templates/register", here, new { cluster_id = cluster, vmid, company_id = installation.Tenants.Companies["acme"] }, 202);
        Assert.That((string?)(await FollowAsync((string)registered["data"]!["job_id"]!, here))[^1]["status"], Is.EqualTo("succeeded"));
        var assigned = await CallAsync(gateway, "POST", "/api/templates/assign", here, new { template_id = 1, pool_id = 1 }, 404);
        Assert.That((string?)assigned["code"], Is.EqualTo("pool_not_found"));

        var template = installation.Tenants.Templates.First(known => known.Key.Name == "debian12").Value;
        var job = (string)(await CallAsync(gateway, "POST", "/api/templates/verify-agent", here, new { template_id = template }, 202))["data"]!["job_id"]!;
        var events = await FollowAsync(job, here);
        Assert.That(events, Has.Count.GreaterThan(2), "as they come");
        Assert.That((string?)events[^1]["status"], Is.EqualTo("succeeded"), string.Join('\n', events.Select(change => change.ToJsonString())));
    }

    [Test]
    public async Task An_api_token_passes_until_it_is_revoked()
    {
        var admin = await SignInAsync(panel);
        var made = (await CallAsync(panel, "POST", "/api/tokens", admin, new { name = "script" }, 201))["data"]!;
        var token = (string)made["token"]!;

        await CallAsync(gateway, "GET", "/api/templates", token);
        await CallAsync(panel, "DELETE", $"/api/tokens/{made["id"]}", admin);

        await CallAsync(gateway, "GET", "/api/templates", token, status: 401);
        await CallAsync(gateway, "GET", "/api/templates", "mp_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", status: 401);
    }

    [Test]
    public async Task A_main_panel_that_goes_and_comes_back_is_logged_and_one_with_another_certificate_is_refused()
    {
        var token = await SignInAsync(gateway);

        await installation.Api.Process.KillAsync();
        Assert.That(await StatusAsync("/api/templates", token), Is.EqualTo((503, "main_panel_unavailable")));

        certificate.Exchange();
        await installation.Api.StartAsync();
        await installation.ApiReadyAsync();
        Assert.That(await StatusAsync("/api/templates", token), Is.EqualTo((502, "main_panel_certificate_changed")));
        using var refused = await gateway.PostAsJsonAsync("/api/auth/login", new { username = "admin", password = InstallationTenants.Password });
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.BadGateway));
        Assert.That(await refused.Content.ReadAsStringAsync(), Does.Contain("nothing was sent"));

        await installation.Api.Process.KillAsync();
        certificate.PutBack();
        await installation.Api.StartAsync();
        await installation.ApiReadyAsync();
        Assert.That((await StatusAsync("/api/templates", token)).Status, Is.EqualTo(200), "by itself");
    }

    private static async Task<string> SignInAsync(HttpClient at) => (string)(await CallAsync(
        at, "POST", "/api/auth/login", null, new { username = "admin", password = InstallationTenants.Password }))["data"]!["token"]!;

    private static async Task<JsonNode> CallAsync(HttpClient at, string method, string path, string? token, object? body = null, int status = 200)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = token is null ? null : new("Bearer", token);
        using var answer = await at.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(status), $"{method} {path}: {text}");
        return JsonNode.Parse(text)!;
    }

    private async Task<(int Status, string? Code)> StatusAsync(string path, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = token is null ? null : new("Bearer", token);
        try
        {
            using var answer = await gateway.SendAsync(request);
            return ((int)answer.StatusCode, (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"]);
        }
        catch (HttpRequestException)
        {
            return (0, null); // it does not listen yet
        }
    }

    private async Task<IReadOnlyList<JsonNode>> FollowAsync(string job, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/jobs/{job}/events");
        request.Headers.Authorization = new("Bearer", token);
        using var answer = await gateway.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("text/event-stream"));
        var events = new List<JsonNode>();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await foreach (var change in SseParser.Create(await answer.Content.ReadAsStreamAsync(limit.Token)).EnumerateAsync(limit.Token))
        {
            events.Add(JsonNode.Parse(change.Data)!);
        }

        return events;
    }
}
