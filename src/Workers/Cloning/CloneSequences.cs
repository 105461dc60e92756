using MultiPanel.Contracts.Cloning;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Cloning;

public sealed class MakeCloneConsumer(StepRunner runner, ReserveVmIdStep reserve, RunCloneTaskStep clone)
    : StepSequence<MakeClone>(runner, reserve, clone);

public sealed class FinishCloneConsumer(StepRunner runner, ConfigureCloneStep configure, ResizeCloneStep resize, StartCloneStep start)
    : StepSequence<FinishClone>(runner, configure, resize, start);

public sealed class ProbeAgentConsumer(StepRunner runner, ProbeAgentStep agent) : StepSequence<ProbeAgent>(runner, agent);

public sealed class UndoCloneConsumer(StepRunner runner, UndoCloneStep undo) : StepSequence<UndoClone>(runner, undo);
