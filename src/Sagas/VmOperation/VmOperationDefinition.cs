using MultiPanel.Contracts;
using MultiPanel.Sagas.Jobs;

namespace MultiPanel.Sagas;

public sealed class VmOperationDefinition : JobSagaDefinition<VmOperationState, OperateVm>;
