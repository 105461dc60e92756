using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.AgentVerification;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.AgentVerification;

/// <summary>Frees the scratch VM's VMID, once Proxmox shows that it is gone, and records that the agent answered.</summary>
public sealed class RecordAgentStep : Step
{
    public override string Name => VerifyAgentSteps.Record;

    /// <summary>All is done and cleaned up.</summary>
    public override bool Cancellable => false;

    /// <summary>Recording the same again is harmless.</summary>
    public override Task<StepOutcome?> LookAsync(StepContext step, CancellationToken cancellation) => Task.FromResult<StepOutcome?>(null);

    public override async Task<StepOutcome> ActAsync(StepContext step, CancellationToken cancellation)
    {
        if (step.FoundVm is { } vm)
        {
            if (await Scratch.SeeAsync(step, cancellation) is not null)
            {
                throw new StepException(JobErrorCodes.StateNotReached, $"The scratch VM (VMID {vm.Vmid}) is still there after it was deleted.");
            }

            await using var vms = step.Database.OpenAll();
            await vms.Vms.Where(row => row.Id == vm.Id && row.CreatedByJob == step.Job.Id).ExecuteDeleteAsync(cancellation);
        }

        var wanted = step.Command<VerifyAgent>().TemplateId;
        await using var db = step.Database.OpenAll();
        var template = await db.Templates.SingleOrDefaultAsync(row => row.Id == wanted, cancellation)
            ?? throw new StepException(JobErrorCodes.VmNotFound, "The template was taken off the list meanwhile.");
        template.AgentEnabled = true;
        await db.SaveChangesAsync(cancellation);
        return new StepOutcome.Done($"The guest agent of template {template.Name} answers");
    }
}
