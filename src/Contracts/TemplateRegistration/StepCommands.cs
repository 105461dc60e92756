using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Contracts.TemplateRegistration;

/// <summary>Read the template's config and record what it has.</summary>
public sealed record InspectTemplate(Guid JobId) : IStepCommand;

/// <summary>Remove the row again.</summary>
public sealed record UndoRegistration(Guid JobId) : IStepCommand;

/// <summary>The names of the steps, in order, as a job shows them.</summary>
public static class RegisterTemplateSteps
{
    public const string Inspect = "inspect";
    public const string Undo = JobStep.Undo;
}
