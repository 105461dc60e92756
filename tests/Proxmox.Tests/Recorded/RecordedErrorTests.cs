using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Http;
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
        ["9.2.11/014-storage-identity"] = typeof(PveException),
        ["9.2.11/043-create-bad-ssh-key"] = typeof(PveException),
        ["9.2.11/056-tags-bad"] = typeof(PveParameterException),
        ["9.2.11/063-pool-delete-not-empty"] = typeof(PveException),
        ["9.2.11/076-spiceproxy-without-spice"] = typeof(PveException),
        ["9.2.11/084-agent-ping-booting"] = typeof(PveAgentException),
        ["9.2.11/093-config-bad-memory"] = typeof(PveParameterException),
        ["9.2.11/094-config-bad-cores"] = typeof(PveParameterException),
        ["9.2.11/116-agent-exec-no-such-program"] = typeof(PveNodeUnreachableException),
        ["9.2.11/119-agent-exec-command-with-spaces"] = typeof(PveNodeUnreachableException),
        ["9.2.11/124-agent-file-write-no-dir"] = typeof(PveAgentException),
        ["9.2.11/125-agent-set-user-password"] = typeof(PveAgentException),
        ["9.2.11/126-agent-set-user-password-short"] = typeof(PveParameterException),
        ["9.2.11/127-agent-set-user-password-unknown"] = typeof(PveAgentException),
        ["9.2.11/133-vncwebsocket-bad-ticket"] = typeof(PveAuthenticationException),
        ["9.2.11/134-vncwebsocket-other-port"] = typeof(PveAuthenticationException),
        ["9.2.11/144-agent-ping-paused"] = typeof(PveAgentException),
        ["9.2.11/169-spiceproxy-stopped"] = typeof(PveVmStateException),
        ["9.2.11/172-delete-protected"] = typeof(PveProtectedException),
        ["9.2.11/173-detach-disk-protected"] = typeof(PveProtectedException),
        ["9.2.11/191-delete-protected-template-with-clone"] = typeof(PveProtectedException),
        ["9.2.11/192-delete-running-clone"] = typeof(PveProtectedException),
        ["9.2.11/193-template-to-template"] = typeof(PveException),
        ["9.2.11/203-snapshot-bad-name"] = typeof(PveParameterException),
        ["9.2.11/204-snapshot-current"] = typeof(PveException),
        ["9.2.11/205-snapshot-pending"] = typeof(PveException),
        ["9.2.11/206-snapshot-long-name"] = typeof(PveParameterException),
        ["9.2.11/207-snapshot-space"] = typeof(PveParameterException),
        ["9.2.11/217-config-of-missing-snapshot"] = typeof(PveNotFoundException),
        ["9.2.11/235-template-of-vm-with-snapshots"] = typeof(PveException),
        ["9.2.11/236-clone-of-missing-snapshot"] = typeof(PveNotFoundException),
        ["9.2.11/240-resize-bad-disk"] = typeof(PveParameterException),
        ["9.2.11/241-resize-bad-size"] = typeof(PveParameterException),
        ["9.2.11/272-locked-migrate"] = typeof(PveLockedException),
        ["9.2.11/276-locked-template"] = typeof(PveLockedException),
        ["9.2.11/277-locked-clone"] = typeof(PveLockedException),
        ["9.2.11/278-locked-move-disk"] = typeof(PveLockedException),
        ["9.2.11/279-locked-config"] = typeof(PveLockedException),
        ["9.2.11/300-token-nothing-cluster-status"] = typeof(PvePermissionException),
        ["9.2.11/304-token-nothing-config"] = typeof(PvePermissionException),
        ["9.2.11/309-token-clone-without-pool"] = typeof(PvePermissionException),
        ["9.2.11/313-token-clone-with-other-pool"] = typeof(PvePermissionException),
        ["9.2.11/314-token-clone-full-other-storage"] = typeof(PvePermissionException),
        ["9.2.11/315-token-create-without-pool"] = typeof(PvePermissionException),
        ["9.2.11/320-token-pool-config-args"] = typeof(PvePermissionException),
        ["9.2.11/322-token-denied-start"] = typeof(PvePermissionException),
        ["9.2.11/323-token-denied-snapshot"] = typeof(PvePermissionException),
        ["9.2.11/324-token-denied-migrate"] = typeof(PvePermissionException),
        ["9.2.11/325-token-denied-vncproxy"] = typeof(PvePermissionException),
        ["9.2.11/326-token-denied-delete"] = typeof(PvePermissionException),
        ["9.2.11/327-token-denied-agent"] = typeof(PvePermissionException),
        ["9.2.11/328-token-denied-exec"] = typeof(PvePermissionException),
        ["9.2.11/329-token-denied-resize"] = typeof(PvePermissionException),
        ["9.2.11/330-token-denied-template"] = typeof(PvePermissionException),
        ["9.2.11/337-ticket-unknown-realm"] = typeof(PveAuthenticationException),
        ["9.2.11/339-user-no-realm"] = typeof(PveException),
        ["9.2.11/341-user-bad"] = typeof(PveException),
        ["9.2.11/354-move-disk-same"] = typeof(PveException),
        ["9.2.11/355-move-disk-missing"] = typeof(PveException),
        ["9.2.11/367-migrate-to-same-node"] = typeof(PveParameterException),
        ["9.2.11/368-migrate-unknown-target"] = typeof(PveNotFoundException),
        ["9.2.11/390-hibernated-reset"] = typeof(PveVmStateException),
        ["9.2.11/391-hibernated-config"] = typeof(PveLockedException),
        ["9.2.11/398-hibernated-clone"] = typeof(PveLockedException),
        ["9.2.11/399-hibernated-migrate"] = typeof(PveLockedException),
        ["9.2.11/400-hibernated-suspend"] = typeof(PveVmStateException),
        ["9.2.11/401-hibernated-reboot"] = typeof(PveVmStateException),
        ["9.2.11/403-hibernated-agent-ping"] = typeof(PveVmStateException),
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
