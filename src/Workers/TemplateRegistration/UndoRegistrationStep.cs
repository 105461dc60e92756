using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.TemplateRegistration;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.TemplateRegistration;

/// <summary>Takes a template that could not be registered off the list again.</summary>
public sealed class UndoRegistrationStep : Step
{
    public override string Name => RegisterTemplateSteps.Undo;

    public override bool Undoes => true;

    public override async Task<StepOutcome?> LookAsync(StepContext step, CancellationToken cancellation)
    {
        await using var db = step.Database.OpenAll();
        return await db.Templates.AnyAsync(template => template.Id == step.Job.TargetId, cancellation) ? null : new StepOutcome.Done("It is not on the list");
    }

    public override async Task<StepOutcome> ActAsync(StepContext step, CancellationToken cancellation)
    {
        await using var db = step.Database.OpenAll();
        await db.Templates.Where(template => template.Id == step.Job.TargetId).ExecuteDeleteAsync(cancellation);
        return new StepOutcome.Done("It was taken off the list");
    }
}
