using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using MultiPanel.Api.Tests.Host;
using MultiPanel.TestKit.Mails;

namespace MultiPanel.Api.Tests.Audit;

public sealed class SecrecyTests
{
    [Test]
    public async Task No_secret_that_was_sent_or_made_is_logged_audited_or_shown_again()
    {
        using var log = new Everything();
        await using var server = TestMailServer.Start();
        await using var api = await TestApi.StartAsync(log: log, mail: server.Settings);
        using var root = api.As(api.Seeds.Root);
        using var anonymous = api.Anonymous();
        var template = await api.Seeds.TemplateAsync(api.Seeds.Acme);
        var planted = new List<string> { "planted-password-1", "planted-password-2", "planted-wrong-3", "planted-cluster-4", "planted-guest-5", "planted-broken-6", "planted-reset-7" };

        await root.PostAsync("/api/users", new { username = "anna", email = "anna@example.com", password = planted[0], role = "operator", company_id = api.Seeds.Acme });
        var login = await anonymous.PostAsync("/api/auth/login", new { username = "anna", password = planted[0] });
        await anonymous.PostAsync("/api/auth/login", new { username = "anna", password = planted[2] });
        await anonymous.PostAsync("/api/auth/login", $$"""{"username":"anna","password":"{{planted[5]}}" """);
        var refreshed = await anonymous.PostAsync("/api/auth/refresh", new { refresh_token = (string)login.Data["refresh_token"]! });
        await anonymous.PostAsync("/api/auth/refresh", new { refresh_token = (string)login.Data["refresh_token"]! });
        using var anna = api.With((string)(await anonymous.PostAsync("/api/auth/login", new { username = "anna", password = planted[0] })).Data["token"]!);
        var token = (string)(await anna.PostAsync("/api/tokens", new { name = "script" })).Data["token"]!;
        using (var script = api.With(token))
        {
            await script.GetAsync("/api/vms");
        }

        var cluster = await root.PostAsync("/api/clusters", new { name = "x", endpoints = new[] { "https://127.0.0.1:1" }, identity = "multipanel@pve!panel", secret = planted[3] });
        Assert.That(cluster.Status, Is.EqualTo(201), cluster.Text);
        await root.PostAsync("/api/clusters/test", new { endpoints = new[] { "https://127.0.0.1:1" }, identity = "multipanel@pve!panel", secret = planted[3] });
        var made = await anna.PostAsync("/api/vms", new { template_id = template, name = "web1", cloud_init = new { user = "u", password = planted[4] } });
        Assert.That(made.Status, Is.EqualTo(202), made.Text);
        await anna.PostAsync("/api/auth/password", new { current_password = planted[0], new_password = planted[1] });
        await server.NextAsync(); // anna's welcome
        await root.PostAsync("/api/users", new { username = "berta", email = "berta@example.com", role = "operator", company_id = api.Seeds.Acme });
        var welcome = (await server.NextAsync()).Token;
        await anonymous.PostAsync("/api/auth/password/forgot", new { username = "berta" });
        var link = (await server.NextAsync()).Token;
        Assert.That((await anonymous.PostAsync("/api/auth/password/reset", new { token = welcome, password = planted[6] })).Status, Is.EqualTo(400));
        Assert.That((await anonymous.PostAsync("/api/auth/password/reset", new { token = link, password = planted[6] })).Status, Is.EqualTo(200));
        planted.AddRange([welcome, link, token, (string)login.Data["refresh_token"]!, (string)login.Data["token"]!, (string)refreshed.Data["refresh_token"]!, (string)refreshed.Data["token"]!]);

        var shown = new List<string>();
        foreach (var path in new[] { "audit", "users", "clusters", "jobs", "vms", $"jobs/{made.JobId}", $"tokens?user_id={1}", "vdi-integration/users", "vdi-integration/clusters" })
        {
            shown.Add((await root.GetAsync($"/api/{path}")).Text);
        }

        await using var db = api.Database.OpenAll();
        shown.AddRange(db.Jobs.Select(job => job.Command));
        shown.AddRange(log.Lines);
        Assert.That(log.Lines, Has.Count.GreaterThan(100), "the log is on");
        Assert.That(planted.Where(secret => shown.Exists(text => text.Contains(secret, StringComparison.Ordinal))), Is.Empty);
    }

    private sealed class Everything : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> lines = new();

        public IReadOnlyCollection<string> Lines => lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
