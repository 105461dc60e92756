using MultiPanel.Contracts.AgentVerification;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.AgentVerification;

public sealed class InspectAgentConsumer(StepRunner runner, InspectAgentStep inspect) : StepSequence<InspectAgent>(runner, inspect);

public sealed class ClearScratchConsumer(StepRunner runner, StopScratchStep stop, DeleteScratchStep delete, RecordAgentStep record)
    : StepSequence<ClearScratch>(runner, stop, delete, record);
