using MultiPanel.Sagas.Jobs;

namespace MultiPanel.Sagas;

public sealed class VmOperationState : JobState;
