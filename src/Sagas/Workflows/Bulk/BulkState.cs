namespace MultiPanel.Sagas.Workflows.Bulk;

public sealed class BulkState : JobState;
