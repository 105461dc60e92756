using System.Buffers.Text;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using MultiPanel.Gateway.Tests.Host;

namespace MultiPanel.Gateway.Tests;

public sealed class ApiTokenTests
{
    private const string Me = "/api/vdi-integration/auth/me";

    private readonly ConcurrentDictionary<string, bool> good = new();
    private FakePanel panel = null!;
    private TestGateway gateway = null!;

    [SetUp]
    public async Task StartAsync()
    {
        good.Clear();
        panel = await FakePanel.SelfSignedAsync();
        panel.Answer = async context =>
        {
            var token = context.Request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal);
            context.Response.StatusCode = good.ContainsKey(token) ? 200 : 401;
            await context.Response.WriteAsJsonAsync(new { success = good.ContainsKey(token), data = "from the panel" });
        };
        gateway = await TestGateway.PinnedToAsync(panel);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await gateway.DisposeAsync();
        await panel.DisposeAsync();
    }

    [Test]
    public async Task A_good_one_is_passed_on_and_asked_about_once_in_seconds()
    {
        var token = Good();

        for (var i = 0; i < 5; i++)
        {
            Assert.That((await gateway.GetAsync("/api/templates", token)).Status, Is.EqualTo(200));
        }

        Assert.That(panel.Arrivals.Count(arrival => arrival.Target == Me), Is.EqualTo(1));
        Assert.That(panel.Arrivals.Where(arrival => arrival.Target == "/api/templates").Select(arrival => arrival.Headers["Authorization"]),
            Is.EqualTo(Enumerable.Repeat($"Bearer {token}", 5)));
        Assert.That(string.Concat(gateway.Log), Does.Not.Contain(token));
    }

    [Test]
    public async Task A_revoked_one_ends_within_seconds()
    {
        var token = Good();
        await gateway.GetAsync("/api/templates", token);
        good.Clear();
        Assert.That((await gateway.GetAsync("/api/templates", token)).Status, Is.EqualTo(401), "the main panel's own word, at once");

        gateway.Advance(TimeSpan.FromSeconds(3));
        panel.Forget();
        panel.Answer = context => { context.Response.StatusCode = 401; return Task.CompletedTask; };
        var refused = await gateway.GetAsync("/api/templates", token);

        Assert.That((refused.Status, refused.Code), Is.EqualTo((401, "unauthorized")));
        Assert.That(panel.Arrivals.Select(arrival => arrival.Target), Is.EqualTo(new[] { Me }), "nothing is passed on any more");
    }

    [Test]
    public async Task Garbage_does_not_hammer_the_main_panel_and_keeps_no_good_one_out()
    {
        var token = Good();
        await gateway.GetAsync("/api/templates", token);
        panel.Forget();
        panel.Answer = context => { context.Response.StatusCode = good.ContainsKey(context.Request.Headers.Authorization.ToString()[7..]) ? 200 : 401; return Task.CompletedTask; };

        var replies = await Task.WhenAll(Enumerable.Range(0, 90).Select(number => gateway.GetAsync("/api/templates", Token((byte)(number + 1)))));

        Assert.That(replies.Select(reply => reply.Status), Is.All.EqualTo(401).Or.EqualTo(429));
        Assert.That(replies.Count(reply => reply.Status == 429), Is.GreaterThan(60));
        Assert.That(replies.First(reply => reply.Status == 429).Headers.RetryAfter!.Delta, Is.EqualTo(TimeSpan.FromMinutes(1)));
        Assert.That(panel.Arrivals, Has.Count.LessThanOrEqualTo(24));
        gateway.Advance(TimeSpan.FromSeconds(5));
        Assert.That((await gateway.GetAsync("/api/templates", token)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Garbage_from_many_addresses_of_one_ipv6_network_is_one_clients()
    {
        var replies = new List<int>();
        for (var number = 1; number <= 21; number++)
        {
            replies.Add(await FromAsync($"2001:db8:1:2:{number}::1", Token((byte)number)));
        }

        Assert.That(replies[..20], Is.All.EqualTo(401));
        Assert.That((replies[20], await FromAsync("2001:db8:1:3::1", Token(99))), Is.EqualTo((429, 401)));

        async Task<int> FromAsync(string address, string token) =>
            (await gateway.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/api/templates") { Headers = { { "X-Forwarded-For", address } } }, token)).Status;
    }

    [TestCase("mp_")]
    [TestCase("mp_short")]
    [TestCase("mp_$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$$")]
    public async Task What_cannot_be_one_is_not_even_asked_about(string token)
    {
        Assert.That((await gateway.GetAsync("/api/templates", token)).Status, Is.EqualTo(401));
        Assert.That(panel.Arrivals, Is.Empty);
    }

    [Test]
    public async Task While_the_main_panel_is_unreachable_that_is_the_error_and_not_the_token()
    {
        var token = Good();
        await panel.GoDownAsync();

        var unavailable = await gateway.GetAsync("/api/templates", token);
        await panel.ListenAsync();

        Assert.That((unavailable.Status, unavailable.Code), Is.EqualTo((503, "main_panel_unavailable")));
        Assert.That((await gateway.GetAsync("/api/templates", token)).Status, Is.EqualTo(200));
    }

    private string Good()
    {
        var token = Token(0);
        good[token] = true;
        return token;
    }

    private static string Token(byte number) => $"mp_{Base64Url.EncodeToString(Enumerable.Repeat(number, 32).ToArray())}";
}
