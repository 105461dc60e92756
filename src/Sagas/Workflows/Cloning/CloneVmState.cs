namespace MultiPanel.Sagas.Workflows.Cloning;

public sealed class CloneVmState : JobState;
