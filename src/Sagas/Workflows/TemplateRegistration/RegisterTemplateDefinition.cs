using MultiPanel.Contracts.TemplateRegistration;

namespace MultiPanel.Sagas.Workflows.TemplateRegistration;

public sealed class RegisterTemplateDefinition : JobSagaDefinition<RegisterTemplateState, RegisterTemplate>;
