using MultiPanel.Contracts.Jobs;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Tests.Steps;

/// <summary>Each of Proxmox's texts has its stable code, and stands unchanged beside our words.</summary>
public sealed class JobErrorTranslationTests
{
    private static readonly Upid Task = Upid.Parse("UPID:pve1:0000AAAA:00000001:66666666:qmclone:100:root@pam!panel:");

    [TestCase("Linked clone feature is not supported for 'local-lvm:vm-100-disk-0' (scsi0)", JobErrorCodes.LinkedCloneUnsupported)]
    [TestCase("parameter 'storage' not allowed for linked clones", JobErrorCodes.LinkedCloneUnsupported)]
    [TestCase("clone failed: copy failed: No space left on device", JobErrorCodes.StorageFull)]
    [TestCase("unable to create VM 102 - VM 102 already exists on node 'pve1'", JobErrorCodes.AlreadyExists)]
    [TestCase("unable to create VM 102: config file already exists", JobErrorCodes.AlreadyExists)]
    [TestCase("VM is locked (backup)", JobErrorCodes.VmLocked)]
    [TestCase("can't lock file '/var/lock/qemu-server/lock-350.conf' - got timeout", JobErrorCodes.VmLocked)]
    [TestCase("VM 102 is running - destroy failed", JobErrorCodes.StateNotReached)]
    [TestCase("VM 102 is not running", JobErrorCodes.StateNotReached)]
    [TestCase("cluster not ready - no quorum?", JobErrorCodes.NoQuorum)]
    [TestCase("hostname lookup 'nope' failed - failed to get address info for: nope: Name or service not known", JobErrorCodes.NodeUnreachable)]
    [TestCase("VM quit/powerdown failed - got timeout", JobErrorCodes.Timeout)]
    [TestCase("storage 'nfs' is not available on node 'pve2'", JobErrorCodes.StorageUnavailable)]
    [TestCase("can't clone VM to node 'pve2' (VM uses local storage)", JobErrorCodes.StorageUnavailable)]
    [TestCase("interrupted by signal", JobErrorCodes.TaskStopped)]
    [TestCase("Configuration file 'nodes/pve1/qemu-server/9000.conf' does not exist", JobErrorCodes.TemplateNotFound)]
    [TestCase("storage 'nope' does not exist", JobErrorCodes.StorageNotFound)]
    [TestCase("snapshot 'nope' does not exist", JobErrorCodes.SnapshotNotFound)]
    [TestCase("volume 'nfs:115/vm-115-disk-0.raw' does not exist", JobErrorCodes.VolumeNotFound)]
    [TestCase("no such logical volume pve/vm-115-disk-0", JobErrorCodes.VolumeNotFound)]
    [TestCase("no such cluster node 'nope'", JobErrorCodes.NodeNotFound)]
    [TestCase("pool 'nope' does not exist", JobErrorCodes.PoolNotFound)]
    [TestCase("something that was never seen before", JobErrorCodes.TaskFailed)]
    public void A_failed_tasks_text_has_its_code(string text, string code)
    {
        var error = JobErrorTranslation.Of(PveException.FromTask(Task, text), "east", ["last line"]);

        Assert.That(error.Code, Is.EqualTo(code));
        Assert.That(error.Detail, Is.EqualTo(text));
        Assert.That(error.TaskLog, Is.EqualTo(new[] { "last line" }));
        Assert.That(error.Message, Does.Match(@"^[A-Z].*\.$"), "a sentence");
    }

    /// <summary>The same words mean another thing where another thing was asked.</summary>
    [TestCase("qmdestroy", "base volume 'local:9000/base-9000-disk-0.raw' is still in use by linked cloned", JobErrorCodes.TemplateInUse, "Delete them first")]
    [TestCase("qmdestroy", "can't remove VM 100 - protection mode enabled", JobErrorCodes.VmProtected, "protection")]
    [TestCase("qmdestroy", "something about a linked clone", JobErrorCodes.TaskFailed, "its own words")]
    [TestCase("qmstart", "Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist", JobErrorCodes.VmNotFound, "no longer")]
    [TestCase("qmshutdown", "VM quit/powerdown failed - got timeout", JobErrorCodes.Timeout, "force_after_seconds")]
    [TestCase("qmstart", "start failed: got timeout", JobErrorCodes.Timeout, "Proxmox did not finish")]
    [TestCase("qmreboot", "VM is locked (suspended)", JobErrorCodes.VmLocked, "Resume it first")]
    [TestCase("qmsnapshot", "VM is locked (backup)", JobErrorCodes.VmLocked, "a backup of it runs")]
    public void What_a_text_means_depends_on_what_was_asked(string task, string text, string code, string advice)
    {
        var upid = Upid.Parse($"UPID:pve1:0000AAAA:00000001:66666666:{task}:100:root@pam!panel:");

        var error = JobErrorTranslation.Of(PveException.FromTask(upid, text), "east");

        Assert.That((error.Code, error.Message), Is.EqualTo((code, error.Message)));
        Assert.That(error.Message, Does.Contain(advice));
    }

    [TestCase("POST", "nodes/pve1/qemu/100/clone", JobErrorCodes.TemplateNotFound)]
    [TestCase("GET", "nodes/pve1/qemu/100/config", JobErrorCodes.VmNotFound)]
    public void A_missing_VM_is_a_template_where_it_was_to_be_cloned(string method, string path, string code)
    {
        var fault = new PveFault(method, path, "Configuration file 'nodes/pve1/qemu-server/100.conf' does not exist") { Status = 500 };

        Assert.That(JobErrorTranslation.Of(new PveNotFoundException(fault, PveMissing.Vm), "east").Code, Is.EqualTo(code));
    }

    [Test]
    public void The_panels_own_words_are_not_given_as_Proxmoxs()
    {
        PveException[] ours = [new PveContradictionException(Fault("listed on pve2")), new PveContradictionException(Fault("taken by lxc/100."), lasting: true), new PveAnswerException(Fault("no JSON"))];

        Assert.That(ours.Select(failure => JobErrorTranslation.Of(failure, "east").Message), Has.None.Contains("own words"));
    }

    [Test]
    public void A_copy_that_failed_for_space_says_so_though_only_the_log_does()
    {
        var failure = PveException.FromTask(Task, "clone failed: exit code 1", ["qemu-img: error while writing: No space left on device"]);

        Assert.That(JobErrorTranslation.Of(failure, "east").Code, Is.EqualTo(JobErrorCodes.StorageFull));
    }

    [TestCaseSource(nameof(Calls))]
    public void A_failed_call_has_its_code_and_names_what_to_mend(PveException failure, string code, string named)
    {
        var error = JobErrorTranslation.Of(failure, "east");

        Assert.That(error.Code, Is.EqualTo(code));
        Assert.That(error.Message, Does.Contain(named));
        Assert.That(error.Detail, Does.Contain(failure.Text));
    }

    [Test]
    public void A_refused_call_shows_status_reason_and_text()
    {
        var same = new PveException(Fault("no such luck", 500, "no such luck"));
        var other = new PveException(Fault("the body's text", 500, "the reason"));

        Assert.That(JobErrorTranslation.Of(same, "east").Detail, Is.EqualTo("500 no such luck"));
        Assert.That(JobErrorTranslation.Of(other, "east").Detail, Is.EqualTo("500 the reason: the body's text"));
        Assert.That(JobErrorTranslation.Of(other, "east").Code, Is.EqualTo(JobErrorCodes.ProxmoxError));
    }

    [Test]
    public void A_failure_of_ours_is_reported_as_it_is_and_anything_else_is_the_panels_own()
    {
        var ours = JobErrorTranslation.Of(new StepException(JobErrorCodes.NotOurs, "It is not ours.", "marker"));
        var bug = JobErrorTranslation.Of(new FormatException("bad digit"));

        Assert.That((ours.Code, ours.Message, ours.Detail), Is.EqualTo((JobErrorCodes.NotOurs, "It is not ours.", "marker")));
        Assert.That((bug.Code, bug.Detail), Is.EqualTo((JobErrorCodes.InternalError, nameof(FormatException))));
    }

    private static IEnumerable<TestCaseData> Calls()
    {
        yield return new(new PvePermissionException(Fault("denied", 403), "/vms/100", "VM.Clone"), JobErrorCodes.PermissionDenied, "VM.Clone on /vms/100");
        yield return new(new PvePermissionException(Fault("denied", 403)), JobErrorCodes.PermissionDenied, "east");
        yield return new(new PveAuthenticationException(Fault("authentication failure", 401)), JobErrorCodes.AuthenticationFailed, "east");
        yield return new(new PveNodeUnreachableException(Fault("No route to host", 595), "pve2"), JobErrorCodes.NodeUnreachable, "pve2");
        yield return new(new PveUnreachableException(Fault("refused"), tlsRefused: true), JobErrorCodes.ClusterUnreachable, "certificate");
        yield return new(new PveUnreachableException(Fault("refused"), tlsRefused: false), JobErrorCodes.ClusterUnreachable, "east");
        yield return new(
            new PveParameterException(Fault("Parameter verification failed.", 400), new Dictionary<string, string> { ["cores"] = "type check failed\n" }),
            JobErrorCodes.InvalidParameter, "cores: type check failed");
    }

    private static PveFault Fault(string text, int? status = null, string? reason = null) => new("POST", "nodes/pve1/x", text) { Status = status, ReasonPhrase = reason };
}
