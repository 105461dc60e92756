using System.Net;
using System.Net.Sockets;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Tests.Stub;

namespace MultiPanel.Proxmox.Tests.Http;

internal sealed class FailoverTests
{
    private static StubAnswer Answer(StubRequest request) => StubAnswer.Data(request.Method == "GET"
        ? """{"version":"9.1.8","release":"9.1"}"""
        : "\"UPID:pve1:0000044E:00064204:6B030FE4:qmstart:200:root@pam:\"");

    [Test]
    public async Task A_post_moves_on_where_nothing_could_be_sent()
    {
        await using var pve = new PveStub(Answer);
        await using var client = new PveClient(Clients.To(Clients.Unreachable(), pve.Uri));

        await client.Qemu.StartAsync("pve1", 200);

        Assert.That(pve.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task One_that_never_ends_its_handshake_was_sent_nothing()
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        var uri = new Uri($"https://127.0.0.1:{((IPEndPoint)mute.LocalEndpoint).Port}");
        await using var pve = new PveStub(Answer);
        await using var alone = new PveClient(Clients.To(uri) with { ConnectTimeout = TimeSpan.FromMilliseconds(100) });
        await using var both = new PveClient(Clients.To(uri, pve.Uri) with { ConnectTimeout = TimeSpan.FromMilliseconds(100) });

        var change = Assert.ThrowsAsync<PveUnreachableException>(async () => await alone.Qemu.StartAsync("pve1", 200));
        await both.Qemu.StartAsync("pve1", 200);
        var read = Assert.ThrowsAsync<PveUnreachableException>(async () => await alone.VersionAsync());

        Assert.That(change.OutcomeUnknown, Is.False);
        Assert.That(read.Text, Does.Contain("no connection in time"));
        Assert.That(pve.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task The_endpoint_that_answered_is_asked_from_then_on()
    {
        var hang = true;
        await using var first = new PveStub(request => hang ? StubAnswer.Hangup : Answer(request));
        await using var second = new PveStub(Answer);
        await using var client = new PveClient(Clients.To(first.Uri, second.Uri));

        await client.VersionAsync();
        hang = false;
        await client.VersionAsync();
        await client.VersionAsync();

        Assert.That(second.Requests, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task One_that_was_down_is_asked_again_after_a_while()
    {
        var time = new ShiftedTime();
        var firstIsUp = false;
        await using var first = new PveStub(request => firstIsUp ? Answer(request) : StubAnswer.Hangup);
        var second = new PveStub(Answer);
        await using var client = new PveClient(Clients.To(first.Uri, second.Uri), time: time);
        await client.VersionAsync();

        firstIsUp = true;
        time.Advance(TimeSpan.FromSeconds(31));
        await second.DisposeAsync();
        await client.VersionAsync();

        Assert.That(first.Requests, Has.Count.GreaterThan(1));
    }

    [Test]
    public async Task A_node_that_one_endpoint_cannot_reach_is_asked_for_through_another()
    {
        await using var first = new PveStub(_ => StubAnswer.Bare(595, "No route to host"));
        await using var second = new PveStub(Answer);
        await using var client = new PveClient(Clients.To(first.Uri, second.Uri));

        await client.VersionAsync();

        Assert.That((first.Requests.Count, second.Requests.Count), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task When_no_endpoint_answers_the_circuit_opens_and_one_call_probes_after_a_while()
    {
        var time = new ShiftedTime();
        await using var pve = new PveStub(Answer);
        var unreachable = Clients.Unreachable();
        await using var client = new PveClient(Clients.To(unreachable), time: time);

        var failure = Assert.ThrowsAsync<PveUnreachableException>(async () => await client.VersionAsync());
        Assert.That(failure.Text, Does.Contain(unreachable.Authority));
        var open = Assert.ThrowsAsync<PveUnreachableException>(async () => await client.Qemu.StartAsync("pve1", 200));
        Assert.That((open.OutcomeUnknown, open.IsTransient), Is.EqualTo((false, true)));
        Assert.That(open.Text, Does.Contain("not tried again yet"));
        Assert.That(open.RetryAfter, Is.LessThanOrEqualTo(TimeSpan.FromSeconds(5)));

        time.Advance(TimeSpan.FromSeconds(6));
        var probe = Assert.ThrowsAsync<PveUnreachableException>(async () => await client.Qemu.StartAsync("pve1", 200));
        Assert.That(probe.Text, Does.Not.Contain("not tried again yet"));
    }

    [Test]
    public async Task The_circuit_closes_when_a_probe_is_answered()
    {
        var time = new ShiftedTime();
        var first = new PveStub(Answer);
        var uri = first.Uri;
        await using var client = new PveClient(Clients.To(uri), time: time);
        for (var call = 0; call < 50; call++)
        {
            await client.VersionAsync();
        }

        await first.DisposeAsync();
        Assert.ThrowsAsync<PveUnreachableException>(async () => await client.VersionAsync());
        var open = Assert.ThrowsAsync<PveUnreachableException>(async () => await client.VersionAsync());
        Assert.That(open.Text, Does.Contain("not tried again yet"), "many good calls before do not keep it closed");

        await using var again = new PveStub(Answer, port: uri.Port);
        time.Advance(TimeSpan.FromSeconds(6));
        await client.VersionAsync();
        Assert.That((await client.VersionAsync()).Version, Is.EqualTo("9.1.8"));
    }

    [Test]
    public async Task A_probe_may_have_to_sign_in_first()
    {
        var time = new ShiftedTime();
        var uri = Clients.Unreachable();
        await using var client = new PveClient(Clients.To(uri) with { Credential = new PvePassword("root@pam", "the-password") }, time: time);
        Assert.ThrowsAsync<PveUnreachableException>(async () => await client.VersionAsync());

        await using var pve = new PveStub(
            request => request.Path == "access/ticket" ? StubAnswer.Data("""{"ticket":"PVE:root@pam:1::x","CSRFPreventionToken":"c"}""") : Answer(request),
            port: uri.Port);
        time.Advance(TimeSpan.FromSeconds(6));

        Assert.That((await client.VersionAsync()).Version, Is.EqualTo("9.1.8"));
    }

    [TestCase("http://pve1:8006")]
    [TestCase("ftp://127.0.0.1")]
    public void A_credential_is_never_sent_in_clear_over_a_network(string endpoint) =>
        Assert.That(() => new PveClient(Clients.To(new Uri(endpoint))), Throws.ArgumentException);

    [Test]
    public void A_connection_needs_an_endpoint() =>
        Assert.That(() => new PveClient(Clients.To()), Throws.ArgumentException);
}
