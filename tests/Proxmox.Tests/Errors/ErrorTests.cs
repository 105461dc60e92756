using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Tasks;

namespace MultiPanel.Proxmox.Tests.Errors;

internal sealed class ErrorTests
{
    private static readonly Upid Task = Upid.Parse("UPID:pve1:0000044E:00064204:6B030FE4:qmclone:200:root@pam:");

    private static PveException Of(int status, string text) =>
        PveErrors.OfAnswer(new PveFault("POST", "nodes/pve1/qemu/100/clone", text) { Status = status });

    [TestCase(500, "unable to create VM 102 - VM 102 already exists on node 'pve1'", typeof(PveAlreadyExistsException))]
    [TestCase(500, "unable to create VM 102: config file already exists", typeof(PveAlreadyExistsException))]
    [TestCase(500, "snapshot name 's1' already used", typeof(PveAlreadyExistsException))]
    [TestCase(500, "VM is locked (backup)", typeof(PveLockedException))]
    [TestCase(500, "can't lock file '/var/lock/qemu-server/lock-350.conf' - got timeout", typeof(PveLockTimeoutException))]
    [TestCase(500, "clone failed: can't lock file '/var/lock/pve-manager/pve-storage-local' - got timeout", typeof(PveLockTimeoutException))]
    [TestCase(500, "clone failed: cfs-lock 'storage-nfs' error: got lock request timeout", typeof(PveLockTimeoutException))]
    [TestCase(500, "VM 102 is running - destroy failed", typeof(PveVmStateException))]
    [TestCase(500, "VM 102 is not running", typeof(PveVmStateException))]
    [TestCase(500, "VM 102 already running", typeof(PveVmStateException))]
    [TestCase(500, "checksum mismatch (file change by other user?)", typeof(PveDigestMismatchException))]
    [TestCase(500, "cluster not ready - no quorum?", typeof(PveNoQuorumException))]
    [TestCase(500, "unable to open file '/etc/pve/nodes/pve1/qemu-server/102.conf.tmp.113' - Permission denied", typeof(PveNoQuorumException))]
    [TestCase(500, "hostname lookup 'nope' failed - failed to get address info for: nope: Name or service not known", typeof(PveNodeUnreachableException))]
    [TestCase(500, "no such cluster node 'nope'", typeof(PveNotFoundException))]
    [TestCase(500, "Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist", typeof(PveNotFoundException))]
    [TestCase(500, "storage 'nope' does not exist", typeof(PveNotFoundException))]
    [TestCase(500, "only root can set 'args' config", typeof(PvePermissionException))]
    [TestCase(500, "No QEMU guest agent configured", typeof(PveAgentException))]
    [TestCase(500, "QEMU guest agent is not running", typeof(PveAgentException))]
    [TestCase(500, "unable to create image: write failed: No space left on device", typeof(PveStorageFullException))]
    [TestCase(500, "lvcreate 'pve/vm-100-disk-0' error: Volume group \"pve\" has insufficient free space (0 extents): 8192 required.", typeof(PveStorageFullException))]
    [TestCase(500, "clone failed: 'storage-nfs'-locked command timed out - aborting", typeof(PveTimeoutException))]
    [TestCase(500, "cfs-lock 'file-user_cfg' error: no quorum!", typeof(PveNoQuorumException))]
    [TestCase(500, "VM 100 qmp command 'query-status' failed - got timeout", typeof(PveTimeoutException))]
    [TestCase(500, "unable to remove VM 103 - used in HA resources and purge parameter not set.", typeof(PveException))]
    [TestCase(501, "Method 'GET /nodes/pve1/bogus' not implemented", typeof(PveException))]
    [TestCase(401, "authentication failure", typeof(PveAuthenticationException))]
    [TestCase(403, "Permission check failed", typeof(PvePermissionException))]
    [TestCase(595, "No route to host", typeof(PveNodeUnreachableException))]
    [TestCase(596, "Connection timed out", typeof(PveNodeUnreachableException))]
    [TestCase(599, "Too many redirections", typeof(PveNodeUnreachableException))]
    [TestCase(502, "Bad Gateway", typeof(PveUnreachableException))]
    public void Each_text_has_its_kind(int status, string text, Type kind)
    {
        var error = Of(status, text);

        Assert.That(error, Is.TypeOf(kind));
        Assert.That(error.Text, Is.EqualTo(text));
        Assert.That(error.Status, Is.EqualTo(status));
    }

    [Test]
    public void A_missing_privilege_is_named_with_its_path()
    {
        var error = (PvePermissionException)Of(403, "Permission check failed (/vms/100, VM.Clone)");

        Assert.That((error.ObjectPath, error.Privilege), Is.EqualTo(("/vms/100", "VM.Clone")));
    }

    [Test]
    public void A_call_barred_to_tokens_names_no_privilege()
    {
        var error = (PvePermissionException)Of(403, "Permission check failed (URI '/access/password' not available with API token, need proper ticket.\n)");

        Assert.That((error.ObjectPath, error.Privilege), Is.EqualTo(((string?)null, (string?)null)));
    }

    [Test]
    public void Locks_and_nodes_are_named()
    {
        Assert.That(((PveLockedException)Of(500, "VM is locked (snapshot-delete)")).Lock, Is.EqualTo("snapshot-delete"));
        Assert.That(((PveLockTimeoutException)Of(500, "can't lock file '/x/lock-350.conf' - got timeout")).File, Is.EqualTo("/x/lock-350.conf"));
        Assert.That(((PveNodeUnreachableException)Of(595, "No route to host")).Node, Is.EqualTo("pve1"));
        Assert.That(((PveVmStateException)Of(500, "VM 102 not running")).Running, Is.False);
    }

    [Test]
    public void Wrong_parameters_are_reported_by_field()
    {
        var fault = new PveFault("POST", "nodes/pve1/qemu", "Parameter verification failed.") { Status = 400 };
        var error = PveErrors.OfAnswer(fault, new Dictionary<string, string> { ["vmid"] = "invalid format", ["name"] = "no DNS name" });

        Assert.That(error, Is.TypeOf<PveParameterException>());
        Assert.That(((PveParameterException)error).Errors["name"], Is.EqualTo("no DNS name"));
        Assert.That(error.Message, Does.Contain("vmid: invalid format"));
    }

    [Test]
    public void A_failed_task_has_the_same_kinds()
    {
        Assert.That(PveException.FromTask(Task, "VM is locked (backup)"), Is.TypeOf<PveLockedException>());
        Assert.That(PveException.FromTask(Task, "VM 200 already running"), Is.TypeOf<PveVmStateException>());
        Assert.That(PveException.FromTask(Task, "can't lock file '/x' - got timeout").IsTransient, Is.True);
        Assert.That(PveException.FromTask(Task, "shrinking disks is not supported").GetType(), Is.EqualTo(typeof(PveException)));
    }

    [Test]
    public void A_failed_copy_says_only_in_its_log_that_the_storage_is_full()
    {
        const string exit = "clone failed: copy failed: command '/usr/bin/qemu-img convert …' failed: exit code 1";
        string[] log = ["transferred 1.0 GiB of 2.0 GiB (50.00%)", "qemu-img: error while writing at byte 1073741824: No space left on device"];

        Assert.That(PveException.FromTask(Task, exit, log), Is.TypeOf<PveStorageFullException>().With.Property("Text").EqualTo(exit));
        Assert.That(PveException.FromTask(Task, exit).GetType(), Is.EqualTo(typeof(PveException)));
        Assert.That(PveException.FromTask(Task, "VM is locked (backup)", log), Is.TypeOf<PveLockedException>());
    }

    [Test]
    public void A_guest_that_did_not_shut_down_timed_out_but_not_for_a_moment()
    {
        var error = PveException.FromTask(Task, "VM quit/powerdown failed - got timeout");

        Assert.That(error, Is.TypeOf<PveTimeoutException>());
        Assert.That(error.IsTransient, Is.False);
    }
}
