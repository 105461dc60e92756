namespace MultiPanel.Sagas.Workflows.VmOperations;

public sealed class VmOperationState : JobState;
