using MultiPanel.Sagas.Jobs;

namespace MultiPanel.Sagas;

public sealed class VerifyAgentState : JobState;
