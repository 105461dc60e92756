using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Tests.Stub;

namespace MultiPanel.Proxmox.Tests.Http;

internal sealed class RepeatTests
{
    private const string Task = "\"UPID:pve1:0000044E:00064204:6B030FE4:qmstart:200:root@pam:\"";

    private static readonly StubAnswer Version = StubAnswer.Data("""{"version":"9.1.8","release":"9.1"}""");

    public static IEnumerable<TestCaseData> LostAnswers()
    {
        yield return new TestCaseData(StubAnswer.Hangup).SetArgDisplayNames("hangup");
        yield return new TestCaseData(StubAnswer.Bare(596, "Connection timed out")).SetArgDisplayNames("596");
        yield return new TestCaseData(StubAnswer.Bare(595, "No route to host")).SetArgDisplayNames("595");
        yield return new TestCaseData(StubAnswer.Bare(502, "Bad Gateway")).SetArgDisplayNames("502");
        yield return new TestCaseData(StubAnswer.Error(500, "got no worker upid - start worker failed")).SetArgDisplayNames("no worker");
    }

    [TestCaseSource(nameof(LostAnswers))]
    public async Task A_post_whose_answer_is_lost_is_sent_once_and_its_outcome_unknown(StubAnswer lost)
    {
        await using var pve = new PveStub(_ => lost);
        await using var client = pve.Client();

        var failure = Assert.CatchAsync<PveException>(async () => await client.Qemu.StartAsync("pve1", 200));

        Assert.That(failure.OutcomeUnknown, Is.True);
        Assert.That(pve.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_question_that_is_a_post_leaves_nothing_unknown()
    {
        await using var pve = new PveStub(_ => StubAnswer.Bare(595, "No route to host"));
        await using var client = pve.Client();

        var failure = Assert.CatchAsync<PveException>(async () => await client.Agent.PingAsync("pve1", 200));

        Assert.That(failure.OutcomeUnknown, Is.False);
    }

    [Test]
    public async Task A_delete_whose_answer_is_lost_is_sent_once()
    {
        await using var pve = new PveStub(_ => StubAnswer.Hangup);
        await using var other = new PveStub(_ => StubAnswer.Data(Task));
        await using var client = new PveClient(Clients.To(pve.Uri, other.Uri));

        var failure = Assert.ThrowsAsync<PveUnreachableException>(async () => await client.Qemu.DeleteAsync("pve1", 200));

        Assert.That(failure.OutcomeUnknown, Is.True);
        Assert.That((pve.Requests.Count, other.Requests.Count), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task A_post_without_an_answer_in_time_is_sent_once()
    {
        await using var pve = new PveStub(_ => StubAnswer.Silence);
        await using var client = new PveClient(Clients.To(pve.Uri) with { CallTimeout = TimeSpan.FromMilliseconds(200) });

        var failure = Assert.ThrowsAsync<PveTimeoutException>(async () => await client.Qemu.StartAsync("pve1", 200));

        Assert.That((failure.OutcomeUnknown, pve.Requests.Count), Is.EqualTo((true, 1)));
    }

    [Test]
    public async Task A_refused_post_had_no_effect()
    {
        await using var pve = new PveStub(_ => StubAnswer.Error(500, "VM is locked (backup)"));
        await using var client = pve.Client();

        var failure = Assert.ThrowsAsync<PveLockedException>(async () => await client.Qemu.StartAsync("pve1", 200));

        Assert.That((failure.OutcomeUnknown, pve.Requests.Count), Is.EqualTo((false, 1)));
    }

    [TestCaseSource(nameof(LostAnswers))]
    public async Task A_read_is_repeated(StubAnswer lost)
    {
        var calls = 0;
        await using var pve = new PveStub(_ => Interlocked.Increment(ref calls) < 3 ? lost : Version);
        await using var client = pve.Client();

        Assert.That((await client.VersionAsync()).Version, Is.EqualTo("9.1.8"));
    }

    [Test]
    public async Task A_read_that_is_refused_is_not_repeated()
    {
        await using var pve = new PveStub(_ => StubAnswer.Error(500, "Configuration file 'nodes/pve1/qemu-server/9.conf' does not exist"));
        await using var client = pve.Client();

        Assert.ThrowsAsync<PveNotFoundException>(async () => await client.Qemu.ConfigAsync("pve1", 9));
        Assert.That(pve.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_harmless_change_of_configuration_waits_for_its_lock_again()
    {
        var calls = 0;
        await using var pve = new PveStub(_ => Interlocked.Increment(ref calls) < 2
            ? StubAnswer.Error(500, "can't lock file '/var/lock/qemu-server/lock-200.conf' - got timeout")
            : StubAnswer.Data("null"));
        await using var client = pve.Client();

        await client.Qemu.ConfigureAsync("pve1", 200, new Dictionary<string, string> { ["memory"] = "2048" });

        Assert.That(pve.Requests, Has.Count.EqualTo(2));
    }

    [TestCase("scsi1", "local:10", null)]
    [TestCase("memory", "2048", "abc")]
    public async Task One_that_allocates_or_compares_is_sent_once(string key, string value, string? digest)
    {
        await using var pve = new PveStub(_ => StubAnswer.Hangup);
        await using var client = pve.Client();

        var failure = Assert.ThrowsAsync<PveUnreachableException>(async () =>
            await client.Qemu.ConfigureAsync("pve1", 200, new Dictionary<string, string> { [key] = value }, digest: digest));

        Assert.That((failure.OutcomeUnknown, pve.Requests.Count), Is.EqualTo((true, 1)));
    }

    [Test]
    public async Task Deletions_do_not_share_a_connection_that_may_be_dying()
    {
        await using var pve = new PveStub(_ => StubAnswer.Data(Task));
        await using var client = pve.Client();

        await client.Qemu.DeleteAsync("pve1", 200);
        await client.Qemu.DeleteAsync("pve1", 201);

        Assert.That(pve.Connections, Is.EqualTo(2));
    }

    [Test]
    public async Task A_post_on_a_shared_connection_that_dies_is_sent_once()
    {
        await using var pve = new PveStub(request => request.Method == "POST" && request.Path.EndsWith("/stop", StringComparison.Ordinal)
            ? StubAnswer.Hangup
            : StubAnswer.Data(Task));
        await using var client = pve.Client();
        await client.Qemu.StartAsync("pve1", 200);

        var failure = Assert.CatchAsync<PveException>(async () => await client.Qemu.StopAsync("pve1", 200));

        Assert.That(failure.OutcomeUnknown, Is.True);
        Assert.That((pve.Connections, pve.Requests.Count), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task Reads_share_connections()
    {
        await using var pve = new PveStub(_ => Version);
        await using var client = pve.Client();

        await client.VersionAsync();
        await client.VersionAsync();
        await client.VersionAsync();

        Assert.That((pve.Connections, pve.Requests.Count), Is.EqualTo((1, 3)));
    }

    [Test]
    public async Task A_cancelled_call_is_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        await using var pve = new PveStub(_ =>
        {
            cancel.Cancel();
            return StubAnswer.Silence;
        });
        await using var client = pve.Client();

        Assert.CatchAsync<OperationCanceledException>(async () => await client.VersionAsync(cancel.Token));
    }
}
