using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Tests.Steps;

/// <summary>What a job's row says about a command that asks for its steps a and b, or for its undo.</summary>
public sealed class StepDecisionTests
{
    private static readonly Sequence Steps = new(new Named("a"), new Named("b")), Late = new(new Named("b")), Undo = new(new Named(JobStep.Undo, undoes: true));

    [Test]
    public void The_first_step_that_has_not_ended_runs() => Assert.Multiple(() =>
    {
        Assert.That(Run(Row(), Steps), Is.EqualTo("a"));
        Assert.That(Run(Row(a: StepStatus.Succeeded), Steps), Is.EqualTo("b"));
        Assert.That(Run(Row(a: StepStatus.Skipped), Steps), Is.EqualTo("b"));
        Assert.That(Run(Row(a: StepStatus.Running), Steps), Is.EqualTo("a"));
        Assert.That(Run(Row(a: StepStatus.Uncertain), Steps), Is.EqualTo("a"));
    });

    [Test]
    public void A_step_that_the_job_does_not_plan_is_passed_over()
    {
        var row = Row();
        row.Steps = [new JobStep { Name = "b" }];

        Assert.That(Run(row, Steps), Is.EqualTo("b"));
    }

    [Test]
    public void All_succeeded_is_repeated() =>
        Assert.That(StepDecision.Of(Row(a: StepStatus.Succeeded, b: StepStatus.Succeeded), Steps), Is.InstanceOf<StepDecision.RepeatSuccess>());

    [Test]
    public void A_failure_is_repeated_and_its_undo_runs() => Assert.Multiple(() =>
    {
        var failed = Row(a: StepStatus.Failed, error: JobErrorCodes.StorageFull);
        Assert.That(StepDecision.Of(failed, Steps), Is.InstanceOf<StepDecision.RepeatFailure>());
        Assert.That(Run(failed, Undo), Is.EqualTo(JobStep.Undo));
    });

    [Test]
    public void A_saga_that_asks_for_what_is_not_due_is_released_and_work_is_left() => Assert.Multiple(() =>
    {
        Assert.That(StepDecision.Of(Row(), Late), Is.EqualTo(new StepDecision.ReleaseSaga(WorkIsLeft: true)), "a has not ended");
        Assert.That(StepDecision.Of(Row(), Undo), Is.EqualTo(new StepDecision.ReleaseSaga(WorkIsLeft: true)), "nothing has failed");
    });

    [Test]
    public void Nothing_runs_after_the_end_but_an_undo_that_could_not_reach_Proxmox() => Assert.Multiple(() =>
    {
        var ended = Row(JobStatus.Failed, a: StepStatus.Failed, error: JobErrorCodes.NodeUnreachable);
        Assert.That(StepDecision.Of(ended, Steps), Is.EqualTo(new StepDecision.ReleaseSaga(WorkIsLeft: false)));
        Assert.That(StepDecision.Of(ended, Undo), Is.EqualTo(new StepDecision.ReleaseSaga(WorkIsLeft: false)));

        ended.Steps = [.. ended.Steps, new JobStep { Name = JobStep.Undo, Status = StepStatus.Waiting }];
        Assert.That(StepDecision.Of(ended, Steps), Is.EqualTo(new StepDecision.ReleaseSaga(WorkIsLeft: false)));
        Assert.That(Run(ended, Undo), Is.EqualTo(JobStep.Undo));
    });

    [Test]
    public void A_cancelled_step_that_began_nothing_just_ends() => Assert.Multiple(() =>
    {
        Assert.That(StepDecision.Of(Row(JobStatus.Cancelling), Steps), Is.InstanceOf<StepDecision.CancelUnstarted>());
        Assert.That(StepDecision.Of(Row(JobStatus.Cancelling, a: StepStatus.Waiting), Steps), Is.InstanceOf<StepDecision.CancelUnstarted>());
    });

    [Test]
    public void A_cancelled_step_that_may_have_begun_something_looks_first() => Assert.Multiple(() =>
    {
        Assert.That(Run(Row(JobStatus.Cancelling, a: StepStatus.Running), Steps), Is.EqualTo("a"), "its task may run");

        var claimed = Row(JobStatus.Cancelling, a: StepStatus.Waiting);
        claimed.ClaimedBy = "worker/1";
        Assert.That(Run(claimed, Steps), Is.EqualTo("a"), "a try is about to act");

        var slotted = Row(JobStatus.Cancelling, a: StepStatus.Waiting);
        slotted.Slot = "{}";
        Assert.That(Run(slotted, Steps), Is.EqualTo("a"), "its slot says that something may run");

        Assert.That(Run(Row(JobStatus.Cancelling), new Sequence(new Named("a", cancellable: false))), Is.EqualTo("a"), "a cancel comes too late");
    });

    private static string Run(Job row, StepSequence sequence) => ((StepDecision.Run)StepDecision.Of(row, sequence)).Step.Name;

    private static Job Row(
        JobStatus status = JobStatus.Running, StepStatus a = StepStatus.Pending, StepStatus b = StepStatus.Pending, string? error = null) => new()
        {
            Kind = "k",
            Status = status,
            RequestedByName = "test",
            TargetType = "vm",
            Workflow = "clone-vm",
            Command = "{}",
            Steps = [new JobStep { Name = "a", Status = a }, new JobStep { Name = "b", Status = b }],
            Error = error is null ? null : new JobError { Code = error, Message = "no" },
        };

    private sealed class Sequence(params Step[] steps) : StepSequence(typeof(MakeClone), steps);

    private sealed class Named(string name, bool undoes = false, bool cancellable = true) : Step
    {
        public override string Name => name;

        public override bool Undoes => undoes;

        public override bool Cancellable => cancellable;

        public override Task<StepOutcome?> LookAsync(StepContext step, CancellationToken cancellation) => throw new NotSupportedException();

        public override Task<StepOutcome> ActAsync(StepContext step, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
