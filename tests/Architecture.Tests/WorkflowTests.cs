using MassTransit;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Architecture.Tests;

/// <summary>What makes a workflow whole, so that one can be added by copying a folder.</summary>
public sealed class WorkflowTests
{
    private static IEnumerable<Type> Commands => Sources.Of<IJobCommand>("Contracts");

    private static IEnumerable<Type> StepCommands => Sources.Of<IStepCommand>("Contracts");

    [TestCaseSource(nameof(Commands))]
    public void A_command_has_one_state_machine_that_needs_nothing(Type command)
    {
        var machines = Sources.Of<StateMachine>("Sagas").Where(machine => machine.BaseType!.GenericTypeArguments.Contains(command)).ToList();

        Assert.That(machines, Has.Count.EqualTo(1));
        Assert.That(machines[0].GetConstructors().Single().GetParameters(), Is.Empty, "a state machine is pure: no injected services");
    }

    [TestCaseSource(nameof(StepCommands))]
    public void A_step_command_has_one_sequence_of_steps(Type command) => Assert.That(
        Sources.Of<StepSequence>("Workers").Count(sequence => sequence.BaseType!.GenericTypeArguments.Contains(command)), Is.EqualTo(1));

    [TestCaseSource(nameof(Commands))]
    public void A_workflow_has_a_folder_of_its_name_in_contracts_sagas_and_workers(Type command) => Assert.That(
        WorkflowFolders.Of(command).Select(folder => Path.Combine(Sources.Root(), folder)), Is.All.Matches<string>(Directory.Exists));
}
