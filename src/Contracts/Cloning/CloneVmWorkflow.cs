using MultiPanel.Contracts.Workflows;

namespace MultiPanel.Contracts.Cloning;

public sealed class CloneVmWorkflow : IWorkflow
{
    /// <summary>A VM from a registered template.</summary>
    public const string CreateKind = "vm.create";

    /// <summary>A copy of a VM that the company has.</summary>
    public const string CloneKind = "vm.clone";

    public Workflow Description { get; } = new()
    {
        Command = typeof(CloneVm),
        Kinds = [new(CreateKind), new(CloneKind, SourceIsOwn: true)],
        Steps =
        [
            new(CloneVmSteps.Reserve), new(CloneVmSteps.Clone, Weight: 14), new(CloneVmSteps.Configure), new(CloneVmSteps.Resize),
            new(CloneVmSteps.Start), new(CloneVmSteps.Agent, Weight: 3),
        ],
        Creates = CreatedRow.Vm,
        Undo = typeof(UndoClone),
        ClonesIn = CloneVmSteps.Clone,
    };
}
