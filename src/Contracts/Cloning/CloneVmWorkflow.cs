using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;

namespace MultiPanel.Contracts.Cloning;

public sealed class CloneVmWorkflow : IWorkflow
{
    public Workflow Description { get; } = new()
    {
        Command = typeof(CloneVm),
        Kinds = [JobKinds.VmCreate, JobKinds.VmClone],
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
