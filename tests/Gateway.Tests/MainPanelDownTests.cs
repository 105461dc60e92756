using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using MultiPanel.Gateway.Tests.Host;

namespace MultiPanel.Gateway.Tests;

public sealed class MainPanelDownTests
{
    private const string Register = """{"cluster_id": 1, "vmid": 9000}""";

    [Test]
    public async Task While_the_main_panel_is_unreachable_callers_learn_so_and_afterwards_all_goes_on()
    {
        await using var panel = await FakePanel.SelfSignedAsync();
        await using var gateway = await TestGateway.PinnedToAsync(panel);
        Assert.That((await gateway.GetAsync("/api/templates")).Status, Is.EqualTo(200));

        await panel.GoDownAsync();
        var unavailable = await gateway.GetAsync("/api/templates");
        var command = await gateway.PostAsync("/api/templates/register", Register);
        var ready = await gateway.GetAsync("/api/health/ready", token: null);
        var alive = await gateway.GetAsync("/api/health", token: null);

        Assert.That((unavailable.Status, unavailable.ContentType, unavailable.Code), Is.EqualTo((503, "application/problem+json", "main_panel_unavailable")));
        Assert.That((bool)unavailable.Json["success"]!, Is.False);
        Assert.That(unavailable.Headers.RetryAfter!.Delta, Is.EqualTo(TimeSpan.FromSeconds(5)));
        Assert.That(command.Message, Does.Contain("nothing was changed"));
        Assert.That((ready.Status, ready.Code), Is.EqualTo((503, "main_panel_unavailable")));
        Assert.That((string?)ready.Json["dependencies"]!["main_panel"]!["state"], Is.EqualTo("down"));
        Assert.That(alive.Status, Is.EqualTo(200));

        await panel.ListenAsync();
        Assert.That((await gateway.GetAsync("/api/templates")).Status, Is.EqualTo(200));
        Assert.That((await gateway.PostAsync("/api/templates/register", Register)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_command_whose_answer_is_lost_is_not_said_to_have_changed_nothing()
    {
        await using var panel = await FakePanel.SelfSignedAsync();
        await using var gateway = await TestGateway.PinnedToAsync(panel);
        panel.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

        var lost = await gateway.PostAsync("/api/templates/register", Register);

        Assert.That((lost.Status, lost.Code), Is.EqualTo((503, "main_panel_unavailable")));
        Assert.That(lost.Message, Does.Contain("not known").And.Contain("Idempotency-Key"));
        Assert.That(panel.Arrivals, Has.Count.EqualTo(1), "the gateway sends no command twice");
    }

    [Test]
    public async Task A_proxy_that_answers_for_a_dead_panel_is_no_answer()
    {
        await using var panel = await FakePanel.SelfSignedAsync();
        await using var gateway = await TestGateway.PinnedToAsync(panel);
        panel.Answer = context =>
        {
            context.Response.StatusCode = 502;
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("<h1>502 Bad Gateway</h1>nginx at 10.1.2.3");
        };

        var unavailable = await gateway.GetAsync("/api/templates");

        Assert.That((unavailable.Status, unavailable.Code), Is.EqualTo((503, "main_panel_unavailable")));
        Assert.That(unavailable.Text, Does.Not.Contain("nginx"));
    }

    [Test]
    public async Task The_panels_own_problems_pass_as_they_are()
    {
        await using var panel = await FakePanel.SelfSignedAsync();
        await using var gateway = await TestGateway.PinnedToAsync(panel);
        panel.Answer = context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = "7";
            return context.Response.WriteAsJsonAsync(new { code = "database_unavailable" }, options: null, "application/problem+json");
        };

        var unavailable = await gateway.GetAsync("/api/templates");

        Assert.That((unavailable.Status, unavailable.ContentType, unavailable.Code), Is.EqualTo((503, "application/problem+json", "database_unavailable")));
        Assert.That(unavailable.Headers.RetryAfter!.Delta, Is.EqualTo(TimeSpan.FromSeconds(7)));
    }

    [Test, CancelAfter(20_000)]
    public async Task A_host_that_does_not_shake_hands_is_given_up_soon_and_nothing_was_sent()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var gateway = await TestGateway.StartAsync($"https://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}");

        var unavailable = await gateway.PostAsync("/api/templates/register", Register);

        Assert.That((unavailable.Status, unavailable.Code), Is.EqualTo((503, "main_panel_unavailable")));
        Assert.That(unavailable.Message, Does.Contain("nothing was changed"));
    }
}
