using MultiPanel.Sagas.Jobs;

namespace MultiPanel.Sagas;

public sealed class CloneVmState : JobState;
