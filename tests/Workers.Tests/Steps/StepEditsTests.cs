using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data.Jobs;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Tests.Steps;

/// <summary>What each result of a step makes of the job's row.</summary>
public sealed class StepEditsTests
{
    private const string Upid = "UPID:pve1:0000044E:00064204:6B030FE4:qmstart:200:root@pam:";

    private static readonly DateTime Now = new(2026, 11, 27, 8, 0, 0, DateTimeKind.Utc), Before = Now.AddMinutes(-1);

    private static readonly Step Operate = new Named(VmOperationSteps.Task), Observe = new Named(VmOperationSteps.Observe), Undo = new Named(JobStep.Undo, undoes: true);

    [Test]
    public void Success_ends_the_step_and_the_last_one_ends_the_job()
    {
        var row = Row();
        row.Succeed(Operate, StepStatus.Succeeded, "done", warnings: 2, Now);
        Assert.That((row.Status, row.StartedAt, row.Warnings, row.EndIfDone(Operate, Now)), Is.EqualTo((JobStatus.Running, (DateTime?)Now, 2, false)));
        Assert.That(row.FindStep(Operate.Name), Has.Property("FinishedAt").EqualTo(Now).And.Property("Percent").EqualTo(100).And.Property("Message").EqualTo("done"));
        Assert.That(row.Percent, Is.GreaterThan(0).And.LessThan(100));

        row.Succeed(Observe, StepStatus.Succeeded, null, warnings: 0, Now);
        Assert.That((row.EndIfDone(Observe, Now), row.Status, row.Percent, row.FinishedAt), Is.EqualTo((true, JobStatus.Succeeded, 100d, (DateTime?)Now)));
        Assert.That(row.EndIfDone(Observe, Now), Is.False, "it ends once");
    }

    [Test]
    public void A_failure_keeps_the_first_error_and_a_cancelled_job_says_cancelled()
    {
        var failed = Row();
        failed.Fail(Operate, Failed(JobErrorCodes.StorageFull), Now);
        failed.Fail(Observe, Failed(JobErrorCodes.Timeout), Now);
        Assert.That((failed.Error!.Code, failed.Error.Step, failed.Cancellable), Is.EqualTo((JobErrorCodes.StorageFull, Operate.Name, false)));

        var cancelled = Row();
        cancelled.Status = JobStatus.Cancelling;
        cancelled.Fail(Operate, Failed(JobErrorCodes.StorageFull), Now);
        Assert.That((cancelled.EndIfDone(Operate, Now), cancelled.Status, cancelled.Error!.Code), Is.EqualTo((true, JobStatus.Cancelled, JobErrorCodes.Cancelled)));
    }

    [Test]
    public void A_watched_task_is_counted_once_and_ends_the_trouble()
    {
        var row = Row(new JobStep { Name = Operate.Name, StartedAt = Before, TroubleSince = Before, Losses = 1 });
        var watch = new StepOutcome.Watch(MultiPanel.Proxmox.Tasks.Upid.Parse(Upid));

        row.Watch(Operate, watch, Now);
        row.Watch(Operate, watch, Now);

        Assert.That(row.FindStep(Operate.Name), Is.EqualTo(new JobStep
        {
            Name = Operate.Name,
            Status = StepStatus.Running,
            StartedAt = Before,
            Upid = Upid,
            Node = "pve1",
            Tasks = 1,
            Losses = 1,
        }));
    }

    [Test]
    public void A_lost_answer_is_counted_and_trouble_begins_when_it_was_lost()
    {
        var row = Row(new JobStep { Name = Operate.Name, StartedAt = Before, TroubleSince = Before });
        row.Defer(Operate, new StepOutcome.Later(TimeSpan.Zero, "busy") { Trouble = true }, Now);
        Assert.That((row.FindStep(Operate.Name)!.TroubleSince, row.FindStep(Operate.Name)!.Losses), Is.EqualTo(((DateTime?)Before, 0)));

        row.Defer(Operate, new StepOutcome.Later(TimeSpan.Zero, "lost") { Trouble = true, Lost = true }, Now);
        Assert.That((row.FindStep(Operate.Name)!.TroubleSince, row.FindStep(Operate.Name)!.Losses), Is.EqualTo(((DateTime?)Now, 1)));
    }

    [Test]
    public void A_step_in_line_has_not_begun_if_it_was_its_first_try()
    {
        var row = Row();
        row.WaitInLine(Operate, "pve1", "3 in line", first: true, Before);
        row.WaitInLine(Operate, "pve1", "2 in line", first: true, Now);

        var state = row.FindStep(Operate.Name)!;
        Assert.That((state.Status, state.StartedAt, state.InLineSince, state.Message), Is.EqualTo((StepStatus.Waiting, (DateTime?)null, (DateTime?)Before, "2 in line")));
    }

    [Test]
    public void What_is_not_yet_undone_is_said_once_and_goes_when_it_is_undone()
    {
        var row = Row();
        row.Fail(Operate, Failed(JobErrorCodes.StorageFull), Now);
        row.Fail(Undo, Failed(JobErrorCodes.NodeUnreachable) with { Unreachable = true }, Now);
        row.Fail(Undo, Failed(JobErrorCodes.NodeUnreachable) with { Unreachable = true }, Now);
        Assert.That(row.Error!.Undone, Has.Count.EqualTo(1).And.All.StartsWith("Not yet undone"));
        Assert.That((row.FindStep(JobStep.Undo)!.Status, row.FindStep(JobStep.Undo)!.FinishedAt), Is.EqualTo((StepStatus.Waiting, (DateTime?)null)));

        row.Succeed(Undo, StepStatus.Succeeded, "Deleted VMID 200", warnings: 0, Now);
        Assert.That((row.Error.Undone, row.Error.Code), Is.EqualTo((new[] { "Deleted VMID 200" }, JobErrorCodes.StorageFull)));
    }

    private static StepOutcome.Failed Failed(string code) => new(new JobError { Code = code, Message = code });

    private static Job Row(JobStep? task = null) => new()
    {
        Id = Guid.CreateVersion7(),
        Kind = "vm.start",
        RequestedByName = "test",
        TargetType = "vm",
        Workflow = "operate-vm",
        Command = "{}",
        Steps = [task ?? new JobStep { Name = VmOperationSteps.Task }, new JobStep { Name = VmOperationSteps.Observe }],
    };

    private sealed class Named(string name, bool undoes = false) : Step
    {
        public override string Name => name;

        public override bool Undoes => undoes;

        public override Task<StepOutcome?> LookAsync(StepContext step, CancellationToken cancellation) => throw new NotSupportedException();

        public override Task<StepOutcome> ActAsync(StepContext step, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
