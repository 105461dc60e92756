namespace MultiPanel.Sagas.Workflows.TemplateRegistration;

public sealed class RegisterTemplateState : JobState;
