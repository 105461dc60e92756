using MultiPanel.Contracts.Cloning;

namespace MultiPanel.Sagas.Workflows.Cloning;

public sealed class CloneVmDefinition : JobSagaDefinition<CloneVmState, CloneVm>;
