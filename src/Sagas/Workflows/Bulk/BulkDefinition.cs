using MultiPanel.Contracts.Bulk;

namespace MultiPanel.Sagas.Workflows.Bulk;

public sealed class BulkDefinition : JobSagaDefinition<BulkState, RunBulk>;
