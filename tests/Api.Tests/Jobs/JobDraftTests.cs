using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Api.Tests.Jobs;

public sealed class JobDraftTests
{
    [Test]
    public void A_job_has_the_steps_of_its_workflow() =>
        Assert.That(Accept("vm.start").Steps.Select(step => step.Name), Is.EqualTo(new[] { "task", "observe" }));

    /// <summary>Code that asks the description, such as quotas for kinds that grow a VM, would not find the job.</summary>
    [TestCase("vm.clone")]
    [TestCase("vm.strat")]
    public void A_kind_that_the_description_lacks_is_refused(string kind) =>
        Assert.That(() => Accept(kind), Throws.ArgumentException.With.Message.Contains($"'{kind}' is not a kind of the workflow 'operate-vm'"));

    /// <summary>A list of what is about a type of target would not show the job.</summary>
    [Test]
    public void A_target_of_another_type_than_the_description_says_is_refused() =>
        Assert.That(() => Accept("vm.start", "desktop"), Throws.ArgumentException.With.Message.Contains("about 'vm', not 'desktop'"));

    private static Job Accept(string kind, string target = "vm") => new JobDraft { Kind = kind, RequestedByName = "anna", Target = new JobTarget(target, 1, "web1") }
        .Accept(DateTime.UtcNow, id => new OperateVm { JobId = id, Action = VmAction.Start });
}
