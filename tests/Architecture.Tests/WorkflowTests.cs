using MassTransit;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Architecture.Tests;

/// <summary>What makes a workflow whole, so that one can be added by copying a folder.</summary>
public sealed class WorkflowTests
{
    private static IEnumerable<Type> Commands => Of<IJobCommand>("Contracts");

    private static IEnumerable<Type> StepCommands => Of<IStepCommand>("Contracts");

    [TestCaseSource(nameof(Commands))]
    public void A_command_has_one_state_machine_that_needs_nothing(Type command)
    {
        var machines = Of<StateMachine>("Sagas").Where(machine => machine.BaseType!.GenericTypeArguments.Contains(command)).ToList();

        Assert.That(machines, Has.Count.EqualTo(1));
        Assert.That(machines[0].GetConstructors().Single().GetParameters(), Is.Empty, "a state machine is pure: no injected services");
    }

    [TestCaseSource(nameof(StepCommands))]
    public void A_step_command_has_one_step_and_its_definition(Type command)
    {
        var steps = Of<IStep>("Workers").Where(step => step.BaseType!.GenericTypeArguments.Contains(command)).ToList();

        Assert.That(steps, Has.Count.EqualTo(1));
        Assert.That(
            ReferenceTests.Load("Workers").GetTypes().Count(type => type.BaseType is { IsGenericType: true } based
                && based.GetGenericTypeDefinition() == typeof(StepDefinition<,>) && based.GenericTypeArguments.Contains(command)),
            Is.EqualTo(1));
    }

    [TestCaseSource(nameof(Commands))]
    public void A_workflow_has_a_folder_of_its_name_in_contracts_sagas_and_workers(Type command)
    {
        var machine = Of<StateMachine>("Sagas").Single(type => type.BaseType!.GenericTypeArguments.Contains(command));
        var folder = machine.Name.Replace("StateMachine", "", StringComparison.Ordinal);

        Assert.That(new[] { "Contracts", "Sagas", "Workers" }.Select(project => Path.Combine(ReferenceTests.Root(), "src", project, folder)),
            Is.All.Matches<string>(Directory.Exists));
    }

    private static IEnumerable<Type> Of<T>(string project) => ReferenceTests.Load(project).GetTypes()
        .Where(type => type is { IsAbstract: false, IsInterface: false, IsGenericType: false } && type.IsAssignableTo(typeof(T)));
}
