using MultiPanel.Contracts;
using MultiPanel.Sagas.Jobs;

namespace MultiPanel.Sagas;

public sealed class BulkDefinition : JobSagaDefinition<BulkState, RunBulk>;
