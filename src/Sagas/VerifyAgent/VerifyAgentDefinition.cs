using MultiPanel.Contracts;
using MultiPanel.Sagas.Jobs;

namespace MultiPanel.Sagas;

public sealed class VerifyAgentDefinition : JobSagaDefinition<VerifyAgentState, VerifyAgent>;
