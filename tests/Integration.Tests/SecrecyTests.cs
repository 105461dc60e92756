using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.TestKit;
using MultiPanel.TestKit.Mails;
using MultiPanel.TestKit.Processes;

namespace MultiPanel.Integration.Tests;

/// <summary>
/// A run of real processes in which every kind of secret is sent or made, and then a search for each of them wherever the
/// installation writes: logs, the whole database, the whole of Redis, messages on their way, and answers.
/// </summary>
[NonParallelizable]
public sealed class SecrecyTests
{
    private readonly Dictionary<string, string> planted = new()
    {
        ["cloud-init of a clone"] = "planted-guest-1",
        ["cloud-init of a failed clone"] = "planted-guest-2",
        ["cloud-init of a message"] = "planted-guest-3",
        ["wrong password"] = "planted-wrong-4",
        ["password of a broken body"] = "planted-broken-5",
        ["new user's password"] = "planted-user-6",
        ["changed password"] = "planted-change-7",
        ["password set by a link"] = "planted-reset-8",
        ["new cluster's secret"] = "planted-cluster-9",
        ["SMTP password"] = "planted-smtp-10",
        ["the tenants' password"] = InstallationTenants.Password,
    };

    private Installation installation = null!;
    private TestMailServer mails = null!;
    private HttpClient http = null!;

    [SetUp]
    public async Task StartAsync()
    {
        mails = TestMailServer.Start();
        installation = await Installation.StartAsync(new InstallationOptions
        {
            Workers = 1,
            Settings = new Dictionary<string, string>
            {
                ["SMTP_HOST"] = "127.0.0.1",
                ["SMTP_PORT"] = $"{mails.Port}",
                ["SMTP_TLS"] = "none",
                ["SMTP_USER"] = "panel",
                ["SMTP_PASSWORD"] = planted["SMTP password"],
                ["SMTP_FROM"] = "panel@example.com",
                ["PANEL_URL"] = "https://panel.example.com",
                ["Logging__LogLevel__Default"] = "Debug",
            },
        });
        http = new HttpClient { BaseAddress = installation.Address };
    }

    [TearDown]
    public async Task StopAsync()
    {
        http.Dispose();
        await installation.DisposeAsync();
        await mails.DisposeAsync();
    }

    [Test]
    public async Task No_secret_of_a_whole_run_is_in_logs_database_redis_messages_or_answers()
    {
        var admin = await SignInAsync("admin", InstallationTenants.Password, "admin");
        var acme = await SignInAsync("acme", InstallationTenants.Password, "acme");
        await SignInBadlyAsync();
        await ClustersAsync(admin);
        await PeopleAsync(acme);
        var message = await ClonesAsync(acme);

        var places = new Dictionary<string, string> { ["a message"] = message };
        foreach (var host in installation.Workers.Prepend(installation.Api))
        {
            places[$"{host.Name}'s log"] = host.Said;
        }

        foreach (var path in new[] { "audit", "users", "clusters", "clusters/1", "jobs?limit=500", "vms", "companies", "tokens", "vdi-integration/users", "vdi-integration/clusters" })
        {
            places[$"GET /api/{path}"] = (await CallAsync("GET", $"/api/{path}", null, admin)).ToJsonString();
        }

        foreach (var job in await installation.JobsAsync())
        {
            places[$"job {job}"] = (await CallAsync("GET", $"/api/jobs/{job}", null, admin)).ToJsonString();
        }

        await InstallationStores.ReadDatabaseAsync(installation, places);
        await InstallationStores.ReadRedisAsync(installation, places);
        foreach (var (name, secret) in installation.Secrets)
        {
            planted[name] = secret;
        }

        Assert.That(places["worker1's log"], Has.Length.GreaterThan(10_000), "the log is on");
        Assert.That(places.Where(place => place.Value.Contains("web1", StringComparison.Ordinal)).Select(place => place.Key),
            Has.Some.EqualTo("table jobs").And.Some.StartsWith("redis mp:job").And.Some.EqualTo("GET /api/vms"), "what is no secret is found");
        Assert.That(
            from secret in planted from place in places where place.Value.Contains(secret.Value, StringComparison.Ordinal) select $"{secret.Key} is in {place.Key}",
            Is.Empty);
    }

    private async Task SignInBadlyAsync()
    {
        await CallAsync("POST", "/api/auth/login", new { username = "acme", password = planted["wrong password"] }, null, 401);
        using var broken = new StringContent($$"""{"username":"acme","password":"{{planted["password of a broken body"]}}" """, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync("/api/auth/login", broken);
        Assert.That((int)answer.StatusCode, Is.EqualTo(400));
    }

    /// <summary>One that is not there is tried, and so may be named.</summary>
    private async Task ClustersAsync(string admin)
    {
        var connection = new { name = "unreachable", endpoints = new[] { "https://127.0.0.1:1" }, identity = "multipanel@pve!panel", secret = planted["new cluster's secret"] };
        var made = await CallAsync("POST", "/api/clusters", connection, admin, 201);
        await CallAsync("PATCH", $"/api/clusters/{made["data"]!["id"]}", new { connection.secret, description = (string?)null }, admin, 400);
        await CallAsync("PATCH", $"/api/clusters/{made["data"]!["id"]}", new { connection.secret }, admin, 200);
        await CallAsync("POST", "/api/clusters/test", new { connection.endpoints, connection.identity, connection.secret }, admin, null);
        await CallAsync("DELETE", $"/api/clusters/{made["data"]!["id"]}?force=true", null, admin, null);
    }

    private async Task PeopleAsync(string acme)
    {
        await CallAsync("POST", "/api/users", new { username = "anna", email = "anna@example.com", role = "operator", password = planted["new user's password"] }, acme, 201);
        var login = await CallAsync("POST", "/api/auth/login", new { username = "anna", password = planted["new user's password"] }, null, 200);
        Plant("an access token", login, "token");
        var refresh = Plant("a refresh token", login, "refresh_token");
        var refreshed = await CallAsync("POST", "/api/auth/refresh", new { refresh_token = refresh }, null, 200);
        Plant("the next refresh token", refreshed, "refresh_token");
        var anna = Plant("the next access token", refreshed, "token");
        var token = Plant("an API token", await CallAsync("POST", "/api/tokens", new { name = "script", scope = "command" }, anna, 201), "token");
        await CallAsync("GET", "/api/vms", null, token, 200);
        await CallAsync("POST", "/api/auth/refresh", new { refresh_token = refresh }, null, 401);
        anna = await SignInAsync("anna", planted["new user's password"], "anna");
        var change = new { current_password = planted["new user's password"], new_password = planted["changed password"] };
        Plant("an access token after the change", await CallAsync("POST", "/api/auth/password", change, anna, 200), "token");
        await mails.NextAsync(); // the welcome

        await CallAsync("POST", "/api/auth/password/forgot", new { username = "anna" }, null, 200);
        var link = planted["the token of a link"] = (await mails.NextAsync()).Token;
        await CallAsync("POST", "/api/auth/password/reset", new { token = link, password = planted["password set by a link"] }, null, 200);
        await CallAsync("POST", "/api/auth/password/reset", new { token = link, password = planted["password set by a link"] }, null, 400);
    }

    /// <returns>A command as it waits in its queue.</returns>
    private async Task<string> ClonesAsync(string acme)
    {
        var template = installation.Tenants.Templates.First(known => known.Key.Name == "debian12").Value;
        var made = await EndAsync(await CloneAsync(acme, template, "web1", planted["cloud-init of a clone"]));
        Assert.That(made.Status, Is.EqualTo(JobStatus.Succeeded), made.Error?.Message);

        installation.Simulator.Clusters[0].Faults.Fail(500, "unable to parse", times: null, path: "/nodes/*/qemu/*/config", method: "POST");
        installation.Simulator.Clusters[0].Faults.Fail(500, "unable to parse", times: null, path: "/nodes/*/qemu/*/config", method: "PUT");
        var failed = await EndAsync(await CloneAsync(acme, template, "web2", planted["cloud-init of a failed clone"]));
        installation.Simulator.Clusters[0].Faults.Clear();
        Assert.That(failed.Status, Is.EqualTo(JobStatus.Failed), "and reported in every detail");

        await installation.Workers[0].Process.TerminateAsync();
        var waiting = await CloneAsync(acme, template, "web3", planted["cloud-init of a message"]);
        var message = "";
        await Eventually.IsAsync(
            async () => (message = await PeekAsync(JobMessages.Queue(typeof(CloneVm)))).Contains($"{waiting}", StringComparison.Ordinal),
            "the command waits in its queue", TimeSpan.FromSeconds(30));
        await installation.Workers[0].StartAsync();
        Assert.That((await EndAsync(waiting)).Status, Is.EqualTo(JobStatus.Succeeded));
        return message;
    }

    private async Task<Guid> CloneAsync(string acme, int template, string name, string password) => Guid.Parse((string)(await CallAsync(
        "POST", "/api/vms", new { template_id = template, name, cloud_init = new { user = "debian", password } }, acme, 202))["data"]!["job_id"]!);

    private async Task<JobView> EndAsync(Guid job)
    {
        using var client = await installation.SignInAsync("admin");
        return await client.EndAsync(job);
    }

    private async Task<string> PeekAsync(string queue)
    {
        using var peeked = await installation.Broker.Api.PostAsJsonAsync(
            $"queues/{installation.Broker.Name}/{queue}/get", new { count = 10, ackmode = "ack_requeue_true", encoding = "auto" });
        return await peeked.Content.ReadAsStringAsync();
    }

    private async Task<string> SignInAsync(string user, string password, string name)
    {
        var login = await CallAsync("POST", "/api/auth/login", new { username = user, password }, null, 200);
        Plant($"{name}'s refresh token", login, "refresh_token");
        return Plant($"{name}'s access token", login, "token");
    }

    private string Plant(string name, JsonNode answer, string field) => planted[name] = (string)answer["data"]![field]!;

    private async Task<JsonNode> CallAsync(string method, string path, object? body, string? token, int? status = 200)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = token is null ? null : new("Bearer", token);
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(status ?? (int)answer.StatusCode, Is.EqualTo((int)answer.StatusCode), $"{method} {path}: {text}");
        return JsonNode.Parse(text)!;
    }
}
