using MultiPanel.Contracts.TemplateRegistration;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.TemplateRegistration;

public sealed class InspectTemplateConsumer(StepRunner runner, InspectTemplateStep inspect) : StepSequence<InspectTemplate>(runner, inspect);

public sealed class UndoRegistrationConsumer(StepRunner runner, UndoRegistrationStep undo) : StepSequence<UndoRegistration>(runner, undo);
