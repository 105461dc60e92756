using MultiPanel.Contracts.AgentVerification;

namespace MultiPanel.Sagas.Workflows.AgentVerification;

public sealed class VerifyAgentDefinition : JobSagaDefinition<VerifyAgentState, VerifyAgent>;
