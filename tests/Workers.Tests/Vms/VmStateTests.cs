using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Tests.Vms;

public sealed class VmStateTests
{
    [TestCase("running", null, VmStatus.Running)]
    [TestCase("stopped", null, VmStatus.Stopped)]
    [TestCase("paused", null, VmStatus.Paused)]
    [TestCase("prelaunch", null, VmStatus.Paused)]
    [TestCase("preconfig", null, VmStatus.Paused)]
    [TestCase("io-error", null, VmStatus.Paused)]
    [TestCase("internal-error", null, VmStatus.Paused)]
    [TestCase("guest-panicked", null, VmStatus.Paused)]
    [TestCase("watchdog", null, VmStatus.Paused)]
    [TestCase("debug", null, VmStatus.Paused)]
    [TestCase("shutdown", null, VmStatus.Paused)]
    [TestCase("suspended", null, VmStatus.Paused)]
    [TestCase("postmigrate", null, VmStatus.Paused)]
    [TestCase("postmigrate", "migrate", VmStatus.Running)]
    [TestCase("inmigrate", "migrate", VmStatus.Running)]
    [TestCase("finish-migrate", "migrate", VmStatus.Running)]
    [TestCase("save-vm", "suspending", VmStatus.Running)]
    [TestCase("restore-vm", null, VmStatus.Running)]
    [TestCase("colo", null, VmStatus.Running)]
    [TestCase("running", "backup", VmStatus.Running)]
    [TestCase("stopped", "backup", VmStatus.Stopped)]
    [TestCase("prelaunch", "backup", VmStatus.Stopped)]
    [TestCase("stopped", "suspended", VmStatus.Suspended)]
    [TestCase("unknown", null, VmStatus.Unknown)]
    [TestCase("unknown", "clone", VmStatus.Unknown)]
    [TestCase("a word of a later version", null, VmStatus.Unknown)]
    [TestCase(null, null, VmStatus.Unknown)]
    public void Every_word_of_proxmox_has_a_meaning(string? word, string? held, VmStatus expected) =>
        Assert.That(new VmState(word, held).Status, Is.EqualTo(expected));

    [TestCase("running", "paused", VmStatus.Paused)]
    [TestCase("running", "io-error", VmStatus.Paused)]
    [TestCase("running", "running", VmStatus.Running)]
    [TestCase("running", null, VmStatus.Running)]
    [TestCase("stopped", "stopped", VmStatus.Stopped)]
    [TestCase("unknown", null, VmStatus.Unknown)]
    public void A_status_says_running_and_qemus_word_beside_it(string status, string? word, VmStatus expected) =>
        Assert.That(VmState.Of(new QemuStatus { VmId = 100, Status = status, QmpStatus = word, Tags = [] }).Status, Is.EqualTo(expected));

    [TestCase("running", null)]
    [TestCase("paused", null)]
    [TestCase("stopped", null)]
    [TestCase("io-error", "io-error")]
    [TestCase("inmigrate", "inmigrate")]
    public void What_a_status_leaves_out_is_its_detail(string word, string? detail) => Assert.That(new VmState(word, null).Detail, Is.EqualTo(detail));

    [TestCase(VmAction.Start, StateEffect.Acts)]
    [TestCase(VmAction.Resume, StateEffect.Acts)]
    [TestCase(VmAction.Delete, StateEffect.Acts)]
    [TestCase(VmAction.Stop, StateEffect.Nothing)]
    [TestCase(VmAction.Shutdown, StateEffect.Nothing)]
    [TestCase(VmAction.Reboot, StateEffect.Refuses)]
    [TestCase(VmAction.Reset, StateEffect.Refuses)]
    [TestCase(VmAction.Suspend, StateEffect.Refuses)]
    [TestCase(VmAction.Snapshot, StateEffect.Refuses)]
    [TestCase(VmAction.Rollback, StateEffect.Refuses)]
    [TestCase(VmAction.DeleteSnapshot, StateEffect.Refuses)]
    [TestCase(VmAction.Migrate, StateEffect.Refuses)]
    [TestCase(VmAction.Reconfigure, StateEffect.Refuses)]
    [TestCase(VmAction.Resize, StateEffect.Refuses)]
    [TestCase(VmAction.Template, StateEffect.Refuses)]
    public void A_hibernated_vm_is_woken_or_left_alone(VmAction action, StateEffect expected)
    {
        var rule = StateRules.For(Command(action), new VmState("stopped", "suspended"));

        Assert.That(rule.Effect, Is.EqualTo(expected));
        Assert.That(rule.Text, expected == StateEffect.Acts ? Is.Null : Does.Contain("hibernated").And.Contain("then stop it"));
    }

    [Test]
    public void A_hibernated_vm_need_not_be_hibernated_again() =>
        Assert.That(StateRules.For(Command(VmAction.Suspend) with { ToDisk = true }, new VmState("stopped", "suspended")).Effect, Is.EqualTo(StateEffect.Nothing));

    [TestCase("paused", VmAction.Start, StateEffect.Acts)]
    [TestCase("paused", VmAction.Stop, StateEffect.Acts)]
    [TestCase("paused", VmAction.Reset, StateEffect.Acts)]
    [TestCase("paused", VmAction.Snapshot, StateEffect.Acts)]
    [TestCase("paused", VmAction.Suspend, StateEffect.Nothing)]
    [TestCase("paused", VmAction.Shutdown, StateEffect.Refuses)]
    [TestCase("paused", VmAction.Reboot, StateEffect.Refuses)]
    [TestCase("io-error", VmAction.Resume, StateEffect.Acts)]
    [TestCase("io-error", VmAction.Shutdown, StateEffect.Refuses)]
    [TestCase("internal-error", VmAction.Resume, StateEffect.Refuses)]
    [TestCase("guest-panicked", VmAction.Start, StateEffect.Refuses)]
    [TestCase("guest-panicked", VmAction.Reset, StateEffect.Acts)]
    [TestCase("shutdown", VmAction.Shutdown, StateEffect.Acts)]
    public void A_guest_that_stands_still_is_asked_for_nothing(string word, VmAction action, StateEffect expected) =>
        Assert.That(StateRules.For(Command(action), new VmState(word, null)).Effect, Is.EqualTo(expected));

    [Test]
    public void A_vm_on_its_way_into_hibernation_or_out_of_it_is_waited_for([Values("running", "paused", "inmigrate")] string word) =>
        Assert.That(StateRules.For(Command(VmAction.Stop), new VmState(word, "suspended")).Effect, Is.EqualTo(StateEffect.Waits));

    [Test]
    public void A_paused_vm_can_be_powered_off_by_a_forced_shutdown() =>
        Assert.That(StateRules.For(Command(VmAction.Shutdown) with { Force = true }, new VmState("paused", null)).Effect, Is.EqualTo(StateEffect.Acts));

    [Test]
    public void A_running_or_stopped_vm_is_left_to_proxmox([Values] VmAction action, [Values("running", "stopped", "unknown")] string word) =>
        Assert.That(StateRules.For(Command(action), new VmState(word, null)).Effect, Is.EqualTo(StateEffect.Acts));

    [TestCase("backup", true, "a backup of it runs")]
    [TestCase("suspended", false, "Resume it first")]
    [TestCase("clone", true, "qm unlock")]
    [TestCase("of a later version", true, "(of a later version)")]
    public void A_lock_says_what_holds_it_and_what_to_do(string name, bool passes, string says)
    {
        Assert.That(VmLock.Of(name).Passes, Is.EqualTo(passes));
        Assert.That(VmLock.Explain("web1", name), Does.StartWith("web1 is locked: ").And.Contain(says));
    }

    private static OperateVm Command(VmAction action) => new() { JobId = Guid.Empty, Action = action };
}
