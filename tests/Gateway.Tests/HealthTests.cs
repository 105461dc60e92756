using Microsoft.AspNetCore.Http;
using MultiPanel.Gateway.Tests.Host;

namespace MultiPanel.Gateway.Tests;

public sealed class HealthTests
{
    [Test]
    public async Task It_is_ready_when_the_main_panel_takes_its_token()
    {
        await using var panel = await FakePanel.SelfSignedAsync();
        await using var gateway = await TestGateway.PinnedToAsync(panel);

        var ready = await gateway.GetAsync("/api/health/ready", token: null);

        Assert.That(ready.Status, Is.EqualTo(200), ready.Text);
        Assert.That((string?)ready.Json["data"]!["status"], Is.EqualTo("ready"));
        Assert.That(((string?)ready.Json["data"]!["dependencies"]!["main_panel"]!["state"], (string?)ready.Json["data"]!["dependencies"]!["system_token"]!["state"]),
            Is.EqualTo(("up", "up")));
        var asked = panel.Arrivals.Single();
        Assert.That(asked.Target, Is.EqualTo("/api/vdi-integration/auth/me"));
        Assert.That(asked.Headers["Authorization"], Is.EqualTo($"Bearer {TestGateway.SystemToken}"));
    }

    [TestCase(401)]
    [TestCase(403)]
    public async Task A_refused_system_token_is_named(int status)
    {
        await using var panel = await FakePanel.SelfSignedAsync();
        await using var gateway = await TestGateway.PinnedToAsync(panel);
        panel.Answer = context => Status(context, status);

        var ready = await gateway.GetAsync("/api/health/ready", token: null);

        Assert.That((ready.Status, ready.Code), Is.EqualTo((503, "system_token_refused")));
        Assert.That(((string?)ready.Json["dependencies"]!["main_panel"]!["state"], (string?)ready.Json["dependencies"]!["system_token"]!["state"]),
            Is.EqualTo(("up", "down")));
    }

    [TestCase(404)]
    [TestCase(500)]
    public async Task Another_answer_means_that_it_is_no_main_panel_or_a_broken_one(int status)
    {
        await using var panel = await FakePanel.SelfSignedAsync();
        await using var gateway = await TestGateway.PinnedToAsync(panel);
        panel.Answer = context => Status(context, status);

        var ready = await gateway.GetAsync("/api/health/ready", token: null);

        Assert.That((ready.Status, ready.Code), Is.EqualTo((503, "main_panel_unavailable")));
        Assert.That(ready.Message, Does.Contain($"status {status}"));
    }

    [Test]
    public async Task However_many_ask_the_main_panel_is_asked_once()
    {
        await using var panel = await FakePanel.SelfSignedAsync();
        await using var gateway = await TestGateway.PinnedToAsync(panel);
        var release = new TaskCompletionSource();
        panel.Answer = context => release.Task;

        var all = Enumerable.Range(0, 20).Select(_ => gateway.GetAsync("/api/health/ready", token: null)).ToList();
        release.SetResult();
        await Task.WhenAll(all);

        Assert.That(panel.Arrivals.Count, Is.LessThan(5), "one, and at most one more for every second that twenty answers take");
    }

    private static Task Status(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
