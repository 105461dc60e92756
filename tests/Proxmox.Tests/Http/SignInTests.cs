using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Tests.Stub;

namespace MultiPanel.Proxmox.Tests.Http;

internal sealed class SignInTests
{
    private const string Task = "\"UPID:pve1:0000044E:00064204:6B030FE4:qmstart:200:root@pam:\"";

    [Test]
    public async Task A_changing_call_has_the_cookie_and_the_csrf_token_and_a_read_only_the_cookie()
    {
        var tickets = new Tickets();
        await using var pve = new PveStub(tickets.Answer);
        await using var client = pve.WithPassword();

        await client.VersionAsync();
        await client.Qemu.StartAsync("pve1", 200);

        var read = pve.Requests.Single(request => request.Path == "version");
        var start = pve.Requests.Single(request => request.Path.EndsWith("start", StringComparison.Ordinal));
        Assert.Multiple(() =>
        {
            Assert.That(pve.Requests[0].Body, Is.EqualTo("username=root%40pam&password=the-password"));
            Assert.That(read.Header("Cookie"), Is.EqualTo("PVEAuthCookie=PVE:root@pam:1::a+b/c=="));
            Assert.That(read.Header("CSRFPreventionToken"), Is.Null);
            Assert.That(start.Header("CSRFPreventionToken"), Is.EqualTo("csrf-1"));
            Assert.That(tickets.Given, Is.EqualTo(1));
        });
    }

    [Test]
    public async Task Many_calls_at_once_sign_in_once()
    {
        var tickets = new Tickets();
        await using var pve = new PveStub(tickets.Answer);
        await using var client = pve.WithPassword();

        await System.Threading.Tasks.Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.VersionAsync()));

        Assert.That(tickets.Given, Is.EqualTo(1));
    }

    [Test]
    public async Task A_ticket_is_renewed_by_itself_before_its_two_hours_end()
    {
        var tickets = new Tickets();
        var time = new ShiftedTime();
        await using var pve = new PveStub(tickets.Answer);
        await using var client = pve.WithPassword(time);

        await client.VersionAsync();
        time.Advance(TimeSpan.FromMinutes(89));
        await client.VersionAsync();
        Assert.That(tickets.Given, Is.EqualTo(1));

        time.Advance(TimeSpan.FromMinutes(2));
        await client.VersionAsync();

        Assert.That(tickets.Given, Is.EqualTo(2));
        Assert.That(tickets.Passwords[^1], Does.StartWith("PVE%3Aroot%40pam%3A1%3A%3A"));
        Assert.That(pve.Requests[^1].Header("Cookie"), Does.Contain("root@pam:2::"));
    }

    [Test]
    public async Task A_ticket_that_ran_out_is_replaced_with_the_password()
    {
        var tickets = new Tickets();
        var time = new ShiftedTime();
        await using var pve = new PveStub(tickets.Answer);
        await using var client = pve.WithPassword(time);
        await client.VersionAsync();

        time.Advance(TimeSpan.FromHours(3));
        await client.VersionAsync();

        Assert.That(tickets.Passwords, Is.EqualTo(new[] { "the-password", "the-password" }));
    }

    [Test]
    public async Task A_refused_ticket_is_replaced_and_even_a_changing_call_sent_again_once()
    {
        var tickets = new Tickets();
        await using var pve = new PveStub(tickets.Answer);
        await using var client = pve.WithPassword();
        await client.VersionAsync();
        tickets.Revoked = 1;

        await client.Qemu.StartAsync("pve1", 200);

        Assert.That(tickets.Given, Is.EqualTo(2));
        Assert.That(pve.Count("POST", "nodes/pve1/qemu/200/status/start"), Is.EqualTo(2));
        Assert.That(pve.Requests[^1].Header("CSRFPreventionToken"), Is.EqualTo("csrf-2"));
    }

    [Test]
    public async Task A_wrong_password_is_reported_and_not_tried_by_every_caller()
    {
        await using var pve = new PveStub(_ => StubAnswer.Error(401, "authentication failure"));
        await using var client = pve.WithPassword();

        for (var call = 0; call < 3; call++)
        {
            var refused = Assert.ThrowsAsync<PveAuthenticationException>(async () => await client.VersionAsync());
            Assert.That(refused.Text, Is.EqualTo("authentication failure"));
        }

        Assert.That(pve.Count("POST", "access/ticket"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_refused_token_is_final()
    {
        await using var pve = new PveStub(_ => StubAnswer.Bare(401, "Authentication failed!"));
        await using var client = pve.Client();

        var refused = Assert.ThrowsAsync<PveAuthenticationException>(async () => await client.VersionAsync());

        Assert.That((refused.Text, refused.OutcomeUnknown), Is.EqualTo(("Authentication failed!", false)));
        Assert.That(pve.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_second_factor_is_asked_for_in_vain()
    {
        await using var pve = new PveStub(_ => StubAnswer.Data("""{"ticket":"PVE:!tfa!x","NeedTFA":1}"""));
        await using var client = pve.WithPassword();

        var refused = Assert.ThrowsAsync<PveAuthenticationException>(async () => await client.Access.TicketAsync());

        Assert.That(refused.Text, Does.Contain("API token"));
    }

    /// <summary>Gives tickets numbered from 1 and takes all but the revoked.</summary>
    private sealed class Tickets
    {
        private int given;

        public int Given => given;

        public int Revoked { get; set; }

        public List<string> Passwords { get; } = [];

        public StubAnswer Answer(StubRequest request)
        {
            if (request.Path == "access/ticket")
            {
                Passwords.Add(request.Body.Split("password=")[1]);
                var number = Interlocked.Increment(ref given);
                return StubAnswer.Data($$"""{"ticket":"PVE:root@pam:{{number}}::a+b/c==","CSRFPreventionToken":"csrf-{{number}}","username":"root@pam"}""");
            }

            if (request.Header("Cookie")?.Contains($"root@pam:{Revoked}::", StringComparison.Ordinal) != false)
            {
                return StubAnswer.Bare(401, "Authentication failed!");
            }

            return StubAnswer.Data(request.Method == "GET" ? """{"version":"9.1.8","release":"9.1"}""" : Task);
        }
    }
}
