using MassTransit;
using MultiPanel.Contracts.TemplateRegistration;
using Steps = MultiPanel.Contracts.TemplateRegistration.RegisterTemplateSteps;

namespace MultiPanel.Sagas.Workflows.TemplateRegistration;

/// <summary>Takes a Proxmox template into the panel's list: looks at it and records what it has. Undo: remove the row again.</summary>
public sealed class RegisterTemplateStateMachine : JobStateMachine<RegisterTemplateState, RegisterTemplate>
{
    public RegisterTemplateStateMachine()
    {
        Initially(
            When(Submitted).Inspect().TransitionTo(Inspecting));

        During(Inspecting,
            When(Submitted).Inspect(),
            Succeeded(Steps.Inspect).End(),
            Failed(Steps.Inspect).Undo().TransitionTo(Undoing),
            When(CancelRequested).Undo().TransitionTo(Undoing));

        During(Undoing,
            When(Submitted).Undo(),
            Ignore(CancelRequested),
            Succeeded(Steps.Undo).End(),
            Failed(Steps.Undo).End());
    }

    public State Inspecting { get; private set; } = null!;

    public State Undoing { get; private set; } = null!;
}

public sealed class RegisterTemplateState : JobState;

public sealed class RegisterTemplateDefinition : JobSagaDefinition<RegisterTemplateState, RegisterTemplate>;

file static class Verbs
{
    public static EventActivityBinder<RegisterTemplateState, T> Inspect<T>(this EventActivityBinder<RegisterTemplateState, T> saga) where T : class =>
        saga.Ask(job => new InspectTemplate(job));

    public static EventActivityBinder<RegisterTemplateState, T> Undo<T>(this EventActivityBinder<RegisterTemplateState, T> saga) where T : class =>
        saga.Ask(job => new UndoRegistration(job));
}
