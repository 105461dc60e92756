using MultiPanel.Proxmox.Tests.Stub;

namespace MultiPanel.Proxmox.Tests.Recorded;

/// <summary>Every error that the real Proxmox VE gave, replayed byte for byte.</summary>
internal sealed class RecordedErrorTests
{
    private static readonly Dictionary<string, Type> Kinds = new()
    {
        ["9.1.8-extra/028-lowpriv-clone"] = typeof(PvePermissionException),
        ["9.1.8-extra/030-lowpriv-args"] = typeof(PvePermissionException),
        ["9.1.8-extra/031-token-args-option"] = typeof(PvePermissionException),
        ["9.1.8-extra/032-token-skiplock"] = typeof(PveParameterException),
        ["9.1.8-extra/033-token-not-allowed-uri"] = typeof(PvePermissionException),
        ["9.1.8-extra/035-disabled-user-call"] = typeof(PveAuthenticationException),
        ["9.1.8-extra/036-clone-missing-target-node"] = typeof(PveNotFoundException),
        ["9.1.8-extra/041-clone-bad-name"] = typeof(PveParameterException),
        ["9.1.8-extra/042-storage-disabled"] = typeof(PveNotFoundException),
        ["9.1.8-failures/002-node-down-0s"] = typeof(PveNodeUnreachableException),
        ["9.1.8-failures/003-node-down-0s-post"] = typeof(PveNodeUnreachableException),
        ["9.1.8-failures/006-node-down-12s-get"] = typeof(PveNodeUnreachableException),
        ["9.1.8-failures/010-no-quorum-create"] = typeof(PveNoQuorumException),
        ["9.1.8-failures/011-no-quorum-config-put"] = typeof(PveNoQuorumException),
        ["9.1.8-failures/012-no-quorum-start"] = typeof(PveNoQuorumException),
        ["9.1.8-failures/013-no-quorum-clone"] = typeof(PveNoQuorumException),
        ["9.1.8-failures/051-flock-held-put-config"] = typeof(PveLockTimeoutException),
        ["9.1.8-failures/061-locked-put"] = typeof(PveLockedException),
        ["9.1.8-failures/066-locked-clone"] = typeof(PveLockedException),
        ["9.1.8-failures/069-pvedaemon-hangs-get-config"] = typeof(PveNodeUnreachableException),
        ["9.1.8/022-x-agent-not-yet-up"] = typeof(PveAgentException),
        ["9.1.8/031-agent-exec-status-unknown"] = typeof(PveAgentException),
        ["9.1.8/032-agent-file-read-missing"] = typeof(PveAgentException),
        ["9.1.8/035-agent-set-user-password-error"] = typeof(PveAgentException),
        ["9.1.8/056-x-status-on-old-node"] = typeof(PveNotFoundException),
        ["9.1.8/057-x-migrate-running-without-online"] = typeof(PveVmStateException),
        ["9.1.8/107-err-delete-ha-managed"] = typeof(PveException),
        ["9.1.8/111-ticket-bad-password"] = typeof(PveAuthenticationException),
        ["9.1.8/112-ticket-missing-param"] = typeof(PveParameterException),
        ["9.1.8/114-no-auth"] = typeof(PveAuthenticationException),
        ["9.1.8/115-bad-ticket"] = typeof(PveAuthenticationException),
        ["9.1.8/116-missing-csrf"] = typeof(PveAuthenticationException),
        ["9.1.8/117-user-create-dup"] = typeof(PveAlreadyExistsException),
        ["9.1.8/122-token-no-permission"] = typeof(PvePermissionException),
        ["9.1.8/123-token-no-permission-create"] = typeof(PvePermissionException),
        ["9.1.8/127-token-bad-secret"] = typeof(PveAuthenticationException),
        ["9.1.8/136-cluster-nextid-taken"] = typeof(PveAlreadyExistsException),
        ["9.1.8/152-err-param-verification"] = typeof(PveParameterException),
        ["9.1.8/153-err-unknown-param"] = typeof(PveParameterException),
        ["9.1.8/154-err-vm-exists"] = typeof(PveAlreadyExistsException),
        ["9.1.8/155-err-no-such-vm"] = typeof(PveNotFoundException),
        ["9.1.8/156-err-no-such-vm-status"] = typeof(PveNotFoundException),
        ["9.1.8/157-err-no-such-node"] = typeof(PveNodeUnreachableException),
        ["9.1.8/158-err-not-implemented"] = typeof(PveException),
        ["9.1.8/173-err-digest"] = typeof(PveDigestMismatchException),
        ["9.1.8/192-agent-ping-not-running"] = typeof(PveAgentException),
        ["9.1.8/193-agent-net-not-running"] = typeof(PveAgentException),
        ["9.1.8/194-agent-not-configured"] = typeof(PveAgentException),
        ["9.1.8/199-err-delete-running"] = typeof(PveVmStateException),
        ["9.1.8/200-err-clone-existing"] = typeof(PveAlreadyExistsException),
        ["9.1.8/201-err-clone-snap-missing"] = typeof(PveNotFoundException),
        ["9.1.8/202-err-clone-linked-of-vm"] = typeof(PveException),
        ["9.1.8/203-err-clone-target-local-storage"] = typeof(PveException),
        ["9.1.8/204-err-template-running"] = typeof(PveException),
        ["9.1.8/236-template"] = typeof(PveException),
        ["9.1.8/248-delete-template-with-children"] = typeof(PveVmStateException),
        ["9.1.8/264-suspend-stopped"] = typeof(PveVmStateException),
        ["9.1.8/273-delete-missing"] = typeof(PveNotFoundException),
        ["9.1.8/277-upid-bad"] = typeof(PveParameterException),
        ["9.1.8/278-upid-unknown"] = typeof(PveNotFoundException),
        ["9.1.8/279-body-too-large"] = typeof(PveException),
        ["9.1.8/280-desc-too-long"] = typeof(PveParameterException),
        ["9.1.8/281-delete-with-body"] = typeof(PveException),
        ["9.1.8/282-chunked"] = typeof(PveException),
        ["9.1.8/283-json-body"] = typeof(PveNotFoundException),
        ["9.1.8/284-json-body-number-array"] = typeof(PveNotFoundException),
    };

    private static IEnumerable<Recording> Errors() => Recordings.All().Where(recording => recording.Status >= 400);

    [Test]
    public void Every_recorded_error_is_in_the_table()
    {
        Recordings.Require();

        Assert.That(Errors().Select(error => error.Name), Is.EquivalentTo(Kinds.Keys));
    }

    [Test]
    public async Task Each_has_its_kind_and_Proxmox_s_own_text()
    {
        Recordings.Require();
        foreach (var error in Errors())
        {
            var failure = await Replay(error, error.Answer);

            Assert.That(failure, Is.TypeOf(Kinds[error.Name]), error.Name);
            Assert.That(failure.Status, Is.EqualTo(error.Status), error.Name);
            Assert.That(failure.ReasonPhrase, Is.EqualTo(error.Answer.StatusLine.Split(' ', 3)[2]), error.Name);
            Assert.That(failure.Text, Is.Not.Empty.And.EqualTo(failure.Text.Trim()), error.Name);
        }
    }

    /// <summary>Before pve-http-server 5.2 the text was in the reason phrase alone.</summary>
    [Test]
    public async Task An_older_host_s_answer_without_a_message_has_the_same_kind()
    {
        Recordings.Require();
        foreach (var error in Errors().Where(error => error.Status >= 500))
        {
            var failure = await Replay(error, error.Answer with { Body = """{"data":null}""" });

            Assert.That(failure, Is.TypeOf(Kinds[error.Name]), error.Name);
        }
    }

    [Test]
    public async Task A_changing_call_that_a_node_in_trouble_answered_has_an_unknown_outcome()
    {
        var offline = await Replay(Recordings.Named("9.1.8-failures/003-node-down-0s-post"));
        var hanging = await Replay(Recordings.Named("9.1.8-failures/069-pvedaemon-hangs-get-config"));
        var locked = await Replay(Recordings.Named("9.1.8-failures/066-locked-clone"));

        Assert.That((offline.OutcomeUnknown, hanging.OutcomeUnknown, locked.OutcomeUnknown), Is.EqualTo((true, true, false)));
        Assert.That(((PveNodeUnreachableException)offline).Node, Is.EqualTo("pve3"));
    }

    [Test]
    public async Task Fields_paths_privileges_and_locks_are_read()
    {
        var parameters = (PveParameterException)await Replay(Recordings.Named("9.1.8/152-err-param-verification"));
        var permission = (PvePermissionException)await Replay(Recordings.Named("9.1.8-extra/028-lowpriv-clone"));
        var locked = (PveLockedException)await Replay(Recordings.Named("9.1.8-failures/061-locked-put"));

        Assert.Multiple(() =>
        {
            Assert.That(parameters.Errors.Keys, Is.EquivalentTo(new[] { "vmid", "name" }));
            Assert.That(parameters.Errors["vmid"], Is.EqualTo("invalid format - value does not look like a valid VM ID"));
            Assert.That((permission.ObjectPath, permission.Privilege), Is.EqualTo(("/vms/100", "VM.Clone")));
            Assert.That(locked.Lock, Is.EqualTo("backup"));
        });
    }

    private static Task<PveException> Replay(Recording error) => Replay(error, error.Answer);

    private static async Task<PveException> Replay(Recording error, StubAnswer answer)
    {
        await using var pve = new PveStub(_ => answer);
        await using var sender = new PveSender(Clients.To(pve.Uri), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, TimeProvider.System);
        var call = new PveCall(HttpMethod.Parse(error.Method), error.Path) { Repeatable = false };
        return Assert.CatchAsync<PveException>(async () => await sender.SendAsync(call, Pass.None, CancellationToken.None))!;
    }
}
