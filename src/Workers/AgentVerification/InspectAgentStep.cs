using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.AgentVerification;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.AgentVerification;

/// <summary>Looks at the template before anything is made: without an agent in its config no clone would have one.</summary>
public sealed class InspectAgentStep : Step
{
    public override string Name => VerifyAgentSteps.Inspect;

    /// <summary>It only looks.</summary>
    public override Task<StepOutcome?> LookAsync(StepContext step, CancellationToken cancellation) => Task.FromResult<StepOutcome?>(null);

    public override async Task<StepOutcome> ActAsync(StepContext step, CancellationToken cancellation)
    {
        var wanted = step.Command<VerifyAgent>().TemplateId;
        await using var db = step.Database.OpenAll();
        var template = await db.Templates.AsNoTracking().SingleOrDefaultAsync(row => row.Id == wanted, cancellation)
            ?? throw new StepException(JobErrorCodes.VmNotFound, "The template was taken off the list meanwhile.");
        var seen = await step.Pve.ObserveConfigAsync(template.Vmid, ct: cancellation) switch
        {
            Sighting<VmSight>.Exists exists => exists.Value,
            Sighting<VmSight>.Unknown unknown => throw unknown.Why,
            _ => throw new StepException(JobErrorCodes.VmNotFound, $"Cluster {step.Cluster.Name} has no VM {template.Vmid}."),
        };
        if (template.SourceId is { } source && await step.FindVmAsync(source, cancellation) is { } known)
        {
            step.RequireSame(known, seen);
        }

        if (!seen.Config.Template)
        {
            throw new StepException(JobErrorCodes.NotATemplate, $"VM {template.Vmid} ({seen.Config.Name}) is no template any more.");
        }

        return seen.Config.AgentEnabled
            ? new StepOutcome.Done($"The guest agent is switched on in the config of {template.Name}")
            : throw new StepException(
                JobErrorCodes.AgentSilent,
                $"The guest agent is switched off in the config of template {template.Name} (VMID {template.Vmid}). "
                + $"Install it in the guest, then switch it on: qm set {template.Vmid} --agent 1.");
    }
}
