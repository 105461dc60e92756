using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Data.Jobs;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Tests.Steps;

public sealed class StepSharesTests
{
    private static IReadOnlyList<string> Workflows => WorkflowCatalog.Queues(_ => true);

    [TestCaseSource(nameof(Workflows))]
    public void The_steps_shares_follow_each_other_without_gaps_from_0_to_100(string workflow)
    {
        var steps = WorkflowCatalog.Of(workflow).Steps;
        var job = Of(workflow, [.. steps.Select(step => step.Name)]);

        var shares = job.Steps.Select(step => job.Share(step.Name)).ToList();

        Assert.That((shares[0].From, shares[^1].To), Is.EqualTo((0d, 100d)));
        Assert.That(shares.Skip(1).Select(share => share.From), Is.EqualTo(shares.SkipLast(1).Select(share => share.To)));
        var largest = steps.Index().MaxBy(step => step.Item.Weight).Index;
        Assert.That(shares.MaxBy(share => share.To - share.From), Is.EqualTo(shares[largest]), "the heaviest step has the largest share");
    }

    [Test]
    public void An_undoing_that_was_added_later_has_the_end() =>
        Assert.That(Of("w", "a", "b", "c", JobStep.Undo).Share(JobStep.Undo), Is.EqualTo((75d, 100d)));

    [Test]
    public void One_step_is_all() => Assert.That(Of("w", "inspect").Share("inspect"), Is.EqualTo((0d, 100d)));

    private static Job Of(string workflow, params string[] steps) => new()
    {
        Kind = "k",
        RequestedByName = "test",
        TargetType = "vm",
        Workflow = workflow,
        Command = "{}",
        Steps = [.. steps.Select(name => new JobStep { Name = name })],
    };
}
