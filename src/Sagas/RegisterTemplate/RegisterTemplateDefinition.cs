using MultiPanel.Contracts;
using MultiPanel.Sagas.Jobs;

namespace MultiPanel.Sagas;

public sealed class RegisterTemplateDefinition : JobSagaDefinition<RegisterTemplateState, RegisterTemplate>;
