namespace MultiPanel.Sagas.Workflows.AgentVerification;

public sealed class VerifyAgentState : JobState;
