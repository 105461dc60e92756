using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Api.Jobs;
using MultiPanel.Api.Sizing;
using MultiPanel.Contracts.AgentVerification;
using MultiPanel.Contracts.Http;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Templates;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Vms;

namespace MultiPanel.Api.Templates;

/// <summary>Accepts commands to verify a template's guest agent. The scratch VM has a row like any clone.</summary>
internal sealed class TemplateVerification(PanelDb db, CommandIntake intake, Caller caller)
{
    public static void Check(VerifyAgentRequest request, Rules rules) => rules.Range("template_id", request.TemplateId, 1, int.MaxValue);

    public async Task<Accepted<Envelope<JobAccepted>>> VerifyAsync(VerifyAgentRequest request, CancellationToken cancellation)
    {
        var template = await db.Templates.AsNoTracking().SingleOrDefaultAsync(row => row.Id == request.TemplateId, cancellation)
            ?? throw Problems.NotFound("template", request.TemplateId);
        if (template is not { Status: TemplateStatus.Ready, SourceId: { } source })
        {
            throw Problems.Conflict("template_not_ready", $"The template '{template.Name}' is {Words.Of(template.Status)}, not ready.");
        }

        var scratch = new Vm
        {
            Name = $"verify-agent-{template.Id}",
            ClusterId = template.ClusterId,
            CompanyId = caller.CompanyId ?? template.CompanyId,
            Status = VmStatus.Provisioning,
        };
        NewVmSize.OfTemplate(template).Give(scratch);
        var draft = new JobDraft
        {
            Kind = VerifyAgentWorkflow.Kind,
            CompanyId = scratch.CompanyId,
            RequestedById = caller.UserId,
            RequestedByName = caller.Username,
            ClusterId = scratch.ClusterId,
            Target = new JobTarget("vm", null, scratch.Name),
        };
        return await intake.AcceptAsync(
            draft, scratch, job => new VerifyAgent { JobId = job, TemplateId = template.Id, SourceId = source }, cancellation);
    }
}
