using System.Runtime.CompilerServices;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Workers.VmOperations;

namespace MultiPanel.Architecture.Tests;

/// <summary>A workflow's description is true: what others do with a job follows from it alone.</summary>
public sealed class WorkflowDescriptionTests
{
    private static IEnumerable<Type> Commands => Sources.Of<IJobCommand>("Contracts");

    private static IEnumerable<Workflow> Workflows => WorkflowCatalog.All;

    [TestCaseSource(nameof(Commands))]
    public void A_command_has_one_description_beside_it(Type command)
    {
        var descriptions = Sources.Of<IWorkflow>("Contracts").Where(type => ((IWorkflow)Activator.CreateInstance(type)!).Description.Command == command).ToList();

        Assert.That(descriptions, Has.Count.EqualTo(1));
        Assert.That(descriptions[0].Namespace, Is.EqualTo(command.Namespace));
    }

    [TestCaseSource(nameof(Workflows))]
    public void The_command_has_what_the_description_promises(Workflow workflow)
    {
        Assert.That(workflow.Command.IsAssignableTo(typeof(ICreatesVm)), Is.EqualTo(workflow.Creates == CreatedRow.Vm), nameof(ICreatesVm));
        Assert.That(workflow.Command.IsAssignableTo(typeof(ICreatesTemplate)), Is.EqualTo(workflow.Creates == CreatedRow.Template), nameof(ICreatesTemplate));
        Assert.That(workflow.Command.IsAssignableTo(typeof(IReadsSource)), Is.EqualTo(workflow.ClonesIn is not null), nameof(IReadsSource));
        Assert.That(workflow.Kinds.Any(kind => kind.SourceIsOwn) && workflow.ClonesIn is null, Is.False, "it has no source");
    }

    [TestCaseSource(nameof(Workflows))]
    public void Its_steps_have_names_of_their_own_and_weights(Workflow workflow)
    {
        Assert.That(workflow.Steps, Is.Not.Empty.And.All.Matches<WorkflowStep>(step => step.Weight > 0));
        Assert.That(workflow.Steps.Select(step => step.Name), Is.Unique.And.No.Member(JobStep.Undo));
        Assert.That(workflow.ClonesIn is null || workflow.Steps.Any(step => step.Name == workflow.ClonesIn));
    }

    [Test]
    public void A_kind_belongs_to_one_workflow() =>
        Assert.That(WorkflowCatalog.Kinds(_ => true), Is.Unique.And.All.Match("^[a-z]+(\\.[a-z_]+)+$"));

    /// <summary>Its action follows from its type: what it needs to act is not given here.</summary>
    [Test]
    public void Every_action_on_a_vm_has_one_operation() => Assert.That(
        Sources.Of<VmOperation>("Workers").Select(type => ((VmOperation)RuntimeHelpers.GetUninitializedObject(type)).Action),
        Is.EquivalentTo(Enum.GetValues<VmAction>()));
}
