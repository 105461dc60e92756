using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Contracts.TemplateRegistration;

/// <summary>The names of the steps, in order, as a job shows them.</summary>
public static class RegisterTemplateSteps
{
    public const string Inspect = "inspect";
    public const string Undo = JobStep.Undo;
}
