using System.Text.RegularExpressions;
using MassTransit;
using MultiPanel.Contracts.Workflows;

namespace MultiPanel.Architecture.Tests;

/// <summary>
/// Nothing outside of a workflow's own folders knows it by name; what treats workflows differently asks their descriptions, so
/// that a new one is not forgotten anywhere. Comments may name one as an example.
/// </summary>
public sealed partial class WorkflowNameTests
{
    private static readonly Lazy<IReadOnlyList<(string File, string Text)>> Code = new(() =>
        [.. Sources.Files("src", ".cs", ".lua", ".razor").Select(file => (file, Comment().Replace(File.ReadAllText(Path.Combine(Sources.Root(), file)), "")))]);

    private static IEnumerable<Workflow> Workflows => WorkflowCatalog.All;

    [TestCaseSource(nameof(Workflows))]
    public void Only_its_own_folders_name_its_state_machine_and_its_queue(Workflow workflow)
    {
        var types = Sources.Of<StateMachine>("Sagas").Concat(Sources.Of<SagaStateMachineInstance>("Sagas")).Concat(Sources.Of<ISagaDefinition>("Sagas"))
            .Where(type => type.Namespace!.EndsWith($".{workflow.Command.Namespace!.Split('.')[^1]}", StringComparison.Ordinal)).Select(type => type.Name);

        Assert.That(Naming(workflow, [.. types.Select(name => $@"\b{name}\b"), $"\"{workflow.Queue}\""]), Is.Empty);
    }

    [TestCaseSource(nameof(Workflows))]
    public void Only_its_own_folders_spell_its_kinds(Workflow workflow) =>
        Assert.That(Naming(workflow, [.. workflow.Kinds.Select(kind => $"\"{Regex.Escape(kind.Name)}\"")]), Is.Empty);

    /// <summary>A file that accepts the command creates it, and may name its kind; it is an endpoint of the API or the demo.</summary>
    [TestCaseSource(nameof(Workflows))]
    public void Its_command_and_its_description_are_named_only_where_the_command_is_accepted(Workflow workflow)
    {
        var description = Sources.Of<IWorkflow>("Contracts").Single(type => ((IWorkflow)Activator.CreateInstance(type)!).Description.Command == workflow.Command);
        var accepting = Naming(workflow, [$@"\bnew {workflow.Command.Name}\b"]);

        Assert.That(accepting, Is.All.Match("^src/(Api|Standalone)/"));
        Assert.That(Naming(workflow, [$@"\b{workflow.Command.Name}\b", $@"\b{description.Name}\b"]), Is.SubsetOf(accepting));
    }

    /// <summary>Where a command is accepted, nothing is decided by its type.</summary>
    [TestCaseSource(nameof(Workflows))]
    public void Nobody_else_compares_with_its_command(Workflow workflow)
    {
        var name = workflow.Command.Name;

        Assert.That(Naming(workflow, [$@"typeof\({name}\)", $@"\b(is|as|case) (not )?{name}\b", $@"\b(Deserialize|Of|Command)<{name}>"]), Is.Empty);
    }

    private static List<string> Naming(Workflow workflow, IReadOnlyList<string> patterns)
    {
        var own = WorkflowFolders.Of(workflow.Command);
        var any = new Regex(string.Join('|', patterns));
        return [.. Code.Value.Where(code => !own.Any(folder => code.File.StartsWith(folder, StringComparison.Ordinal)) && any.IsMatch(code.Text)).Select(code => code.File)];
    }

    [GeneratedRegex(@"^\s*(//|--).*$|\s// .*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
