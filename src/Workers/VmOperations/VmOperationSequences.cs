using MultiPanel.Contracts.VmOperations;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.VmOperations;

public sealed class RunVmTaskConsumer(StepRunner runner, RunVmTaskStep task, ObserveVmStep observe) : StepSequence<RunVmTask>(runner, task, observe);
