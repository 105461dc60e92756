using MultiPanel.Contracts.VmOperations;

namespace MultiPanel.Sagas.Workflows.VmOperations;

public sealed class VmOperationDefinition : JobSagaDefinition<VmOperationState, OperateVm>;
