using MultiPanel.Contracts.Jobs;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Tests.Steps;

public sealed class FailurePolicyTests
{
    private static readonly DateTime Now = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    [Test]
    public void Nobody_answering_is_an_outage_a_lost_answer_and_a_wrong_certificate_are_none() => Assert.Multiple(() =>
    {
        Assert.That(FailurePolicy.IsOutage(new PveUnreachableException(Fault("no answer"))), Is.True);
        Assert.That(FailurePolicy.IsOutage(new PveUnreachableException(Fault("connection reset", unknown: true))), Is.False);
        Assert.That(FailurePolicy.IsOutage(new PveUnreachableException(Fault("pinned"), tlsRefused: true)), Is.False);
    });

    [Test]
    public void Only_a_call_without_an_answer_may_be_an_outage() => Assert.Multiple(() =>
    {
        Assert.That(FailurePolicy.MayBeOutage(new PveTimeoutException(Fault("No answer within 70 s."))), Is.True);
        Assert.That(FailurePolicy.MayBeOutage(new PveTimeoutException(Fault("No answer within 35 s.", unknown: true))), Is.False, "it may have been done");
        Assert.That(FailurePolicy.MayBeOutage(new PveTimeoutException(Fault("got timeout") with { Status = 500 })), Is.False, "Proxmox has answered");
    });

    [Test]
    public void A_mistake_of_the_panels_own_is_tried_again_for_a_minute_and_keeps_what_may_run()
    {
        var mistake = new TimeoutException("The message broker took no message within 10 s.");
        StepOutcome At(int seconds) => FailurePolicy.AfterMistake(mistake, new JobStep { Name = "task", TroubleSince = Now.AddSeconds(-seconds) }, Now);

        Assert.That(At(59), Is.InstanceOf<StepOutcome.Later>().With.Property(nameof(StepOutcome.Later.KeepsSlot)).True);
        Assert.That(Failed(At(60)).Code, Is.EqualTo(JobErrorCodes.InternalError));
    }

    [Test]
    public void A_certificate_that_is_not_the_expected_one_is_not_waited_for() =>
        Assert.That(Failed(After(new PveUnreachableException(Fault("pinned"), tlsRefused: true), 0)).Code, Is.EqualTo(JobErrorCodes.ClusterUnreachable));

    [TestCase("backup", 0, true)]
    [TestCase("backup", 29 * 60, true)]
    [TestCase("backup", 30 * 60, false)]
    [TestCase("suspended", 0, false)]
    public void The_lock_of_another_operation_is_waited_for_within_a_limit_and_one_that_stays_is_not(string held, int seconds, bool waits)
    {
        var step = new JobStep { Name = "task", StartedAt = Now.AddSeconds(-seconds) };

        var outcome = FailurePolicy.After(new PveLockedException(Fault($"VM is locked ({held})"), held), "east", step, mayHaveActed: false, Now);

        Assert.That(outcome is StepOutcome.Later { Trouble: true, KeepsSlot: false } later && later.Message.Contains(held, StringComparison.Ordinal), Is.EqualTo(waits));
    }

    [TestCase(29 * 60, true)]
    [TestCase(30 * 60, false)]
    public void Quorum_is_waited_for_and_so_are_nodes_that_contradict_each_other(int seconds, bool waits) => Assert.Multiple(() =>
    {
        Assert.That(After(new PveNoQuorumException(Fault("cluster not ready - no quorum?")), seconds) is StepOutcome.Later, Is.EqualTo(waits));
        Assert.That(After(new PveContradictionException(Fault("listed on pve2")), seconds) is StepOutcome.Later, Is.EqualTo(waits));
        Assert.That(After(new PveContradictionException(Fault("taken by lxc/100"), lasting: true), seconds), Is.InstanceOf<StepOutcome.Failed>());
    });

    [TestCase("volume 'nfs:115/vm-115-disk-0.raw' does not exist")]
    [TestCase("no such logical volume pve/vm-115-disk-0")]
    [TestCase("clone failed: qemu-img: Could not open '/mnt/pve/nfs/images/115/vm-115-disk-0.qcow2': No such file or directory")]
    public void What_the_job_has_made_may_appear_late_and_what_others_made_not(string text)
    {
        var failure = PveException.FromTask(default, text);
        StepOutcome At(int seconds, bool made) =>
            FailurePolicy.After(failure, "c", new JobStep { Name = "task", TroubleSince = Now.AddSeconds(-seconds) }, mayHaveActed: false, Now, made);

        Assert.That(At(29, made: true), Is.InstanceOf<StepOutcome.Later>());
        Assert.That(At(30, made: true), Is.InstanceOf<StepOutcome.Failed>());
        Assert.That(At(0, made: false), Is.InstanceOf<StepOutcome.Failed>());
    }

    [Test]
    public void Only_an_answer_of_proxmox_to_the_first_call_says_that_nothing_was_begun() => Assert.Multiple(() =>
    {
        var refused = new PvePermissionException(Fault("Permission check failed") with { Status = 403 });
        Assert.That(FailurePolicy.IsRefusal(refused, new JobStep { Name = "clone" }), Is.True);
        Assert.That(FailurePolicy.IsRefusal(refused, new JobStep { Name = "clone", Losses = 1 }), Is.False);
        Assert.That(FailurePolicy.IsRefusal(refused, new JobStep { Name = "clone", Tasks = 1 }), Is.False);
        Assert.That(FailurePolicy.IsRefusal(new PveTimeoutException(Fault("No answer within 70 s.")), new JobStep { Name = "clone" }), Is.False);
    });

    [TestCase(0)]
    [TestCase(3_600)]
    public void A_lost_answer_is_looked_into_however_long_there_was_trouble_before(int seconds)
    {
        var lost = new PveUnreachableException(Fault("connection reset", unknown: true), tlsRefused: false);

        var expected = new StepOutcome.Later(TimeSpan.FromSeconds(2), "The answer was lost (connection reset); checking whether the operation took effect")
        {
            Trouble = true,
            Lost = true,
            KeepsSlot = true,
        };
        Assert.That(After(lost, seconds), Is.EqualTo(expected));
    }

    [Test]
    public void After_a_loss_it_acts_again_when_the_effect_had_time_to_show_and_not_for_ever()
    {
        StepOutcome? At(int losses, int seconds) =>
            FailurePolicy.AfterLoss(new JobStep { Name = "task", Losses = losses, TroubleSince = Now.AddSeconds(-seconds) }, Now);

        Assert.That(At(0, 1), Is.Null, "nothing was lost");
        Assert.That(At(1, 7), Is.InstanceOf<StepOutcome.Later>().With.Property(nameof(StepOutcome.Later.KeepsSlot)).True);
        Assert.That(At(4, 8), Is.Null);
        Assert.That(Failed(At(5, 8)!).Code, Is.EqualTo(JobErrorCodes.Timeout));
    }

    [Test]
    public void What_exists_already_after_an_earlier_try_is_looked_into_and_a_first_try_fails()
    {
        var exists = new PveAlreadyExistsException(Fault("unable to create VM 102: config file already exists"));
        StepOutcome After(bool mayHaveActed, int losses) =>
            FailurePolicy.After(exists, "east", new JobStep { Name = "clone", Losses = losses }, mayHaveActed, Now);

        Assert.That(After(mayHaveActed: true, losses: 0), Is.InstanceOf<StepOutcome.Later>().With.Property(nameof(StepOutcome.Later.Lost)).True);
        Assert.That(Failed(After(mayHaveActed: true, losses: 5)).Code, Is.EqualTo(JobErrorCodes.AlreadyExists), "not for ever");
        Assert.That(Failed(After(mayHaveActed: false, losses: 0)).Code, Is.EqualTo(JobErrorCodes.AlreadyExists));
    }

    [Test]
    public void Time_in_line_is_not_Proxmoxs_trouble()
    {
        var waited = new JobStep { Name = "clone", TroubleSince = Now.AddSeconds(-100), InLineSince = Now.AddSeconds(-90) }.AfterLine(Now);

        Assert.That((waited.TroubleSince, waited.InLineSince), Is.EqualTo((Now.AddSeconds(-10), (DateTime?)null)));
        Assert.That(new JobStep { Name = "clone" }.AfterLine(Now).TroubleSince, Is.Null);
    }

    [Test]
    public void A_vm_that_is_not_where_it_was_is_looked_for_once_more() => Assert.Multiple(() =>
    {
        var moved = new PveNotFoundException(Fault("Configuration file 'nodes/pve1/qemu-server/100.conf' does not exist"), PveMissing.Vm);
        Assert.That(After(moved, 0), Is.InstanceOf<StepOutcome.Later>());
        Assert.That(Failed(After(moved, 8)).Code, Is.EqualTo(JobErrorCodes.VmNotFound));
    });

    [Test]
    public void A_lock_or_a_node_is_waited_for_a_minute()
    {
        PveException[] transient =
        [
            new PveLockTimeoutException(Fault("can't lock file - got timeout"), "f"),
            new PveNodeUnreachableException(Fault("No route to host"), "pve2"),
            new PveTimeoutException(Fault("got timeout")),
        ];
        foreach (var failure in transient)
        {
            Assert.That(After(failure, 59), Is.InstanceOf<StepOutcome.Later>(), failure.Text);
            Assert.That(After(failure, 60), Is.InstanceOf<StepOutcome.Failed>(), failure.Text);
        }
    }

    [Test]
    public void What_will_not_mend_itself_fails_at_once()
    {
        PveException[] lasting =
        [
            new PvePermissionException(Fault("denied")),
            new PveAuthenticationException(Fault("no")),
            new PveStorageFullException(Fault("full")),
            new PveLockedException(Fault("VM is locked (suspended)"), "suspended"),
            new PveTimeoutException(Fault("VM quit/powerdown failed - got timeout")),
            new(Fault("whatever")),
        ];
        Assert.That(lasting.Select(failure => After(failure, 0)), Is.All.InstanceOf<StepOutcome.Failed>());
    }

    [Test]
    public void A_step_that_was_never_tried_before_has_all_its_patience() =>
        Assert.That(FailurePolicy.After(new PveNodeUnreachableException(Fault("x")), "east", new JobStep { Name = "task" }, mayHaveActed: false, Now), Is.InstanceOf<StepOutcome.Later>());

    private static StepOutcome After(PveException failure, int seconds) =>
        FailurePolicy.After(failure, "east", new JobStep { Name = "task", TroubleSince = Now.AddSeconds(-seconds) }, mayHaveActed: false, Now);

    private static JobError Failed(StepOutcome outcome) => ((StepOutcome.Failed)outcome).Error;

    private static PveFault Fault(string text, bool unknown = false) => new("POST", "nodes/pve1/x", text) { OutcomeUnknown = unknown };
}
