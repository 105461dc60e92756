using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Clusters;
using MultiPanel.Api.Formats;
using MultiPanel.Api.Http;
using MultiPanel.Api.Jobs;
using MultiPanel.Contracts.Http;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.TemplateRegistration;
using MultiPanel.Contracts.Templates;
using MultiPanel.Data;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Templates;

namespace MultiPanel.Api.Templates;

/// <summary>Accepts commands to register a Proxmox template.</summary>
internal sealed class TemplateRegistration(PanelDb db, CommandIntake intake, Caller caller)
{
    public static void Check(RegisterTemplateRequest request, Rules rules)
    {
        rules.Range("cluster_id", request.ClusterId, 1, int.MaxValue);
        rules.Range("vmid", request.Vmid, ClusterRules.LowestVmid, ClusterRules.HighestVmid);
        rules.Range("company_id", request.CompanyId, 1, int.MaxValue);
        rules.Text("name", request.Name, ProxmoxFormats.IsVmName, "must have letters, digits, hyphens and dots, at most 63 characters");
    }

    public async Task<Accepted<Envelope<JobAccepted>>> RegisterAsync(RegisterTemplateRequest request, CancellationToken cancellation)
    {
        var cluster = await db.Clusters.AsNoTracking().SingleOrDefaultAsync(c => c.Id == request.ClusterId, cancellation)
            ?? throw Problems.NotFound("cluster", request.ClusterId);
        var company = await CompanyAsync(request, cluster, cancellation);
        var seen = await db.Vms.AsNoTracking().SingleOrDefaultAsync(vm => vm.ClusterId == cluster.Id && vm.Vmid == request.Vmid, cancellation);
        if (!caller.IsSuperAdmin && cluster.CompanyId is null && seen is null)
        {
            // On a shared cluster a VMID alone proves nothing: it may be another company's.
            throw Problems.NotFound("vm", request.Vmid);
        }

        var template = await RowAsync(request, company, seen?.Name, cancellation);
        var draft = new JobDraft
        {
            Kind = RegisterTemplateWorkflow.Kind,
            CompanyId = company,
            RequestedById = caller.UserId,
            RequestedByName = caller.Username,
            ClusterId = cluster.Id,
            Target = new JobTarget("template", null, template.Name),
        };
        try
        {
            return await intake.AcceptAsync(draft, template, job => new RegisterTemplate { JobId = job, Vmid = request.Vmid }, cancellation);
        }
        catch (DbUpdateException taken) when (DatabaseFailures.IsDuplicate(taken))
        {
            throw AlreadyRegistered(request);
        }
    }

    /// <summary>A new row, or the one of a template that was gone.</summary>
    private async Task<Template> RowAsync(RegisterTemplateRequest request, int? company, string? seenName, CancellationToken cancellation)
    {
        var known = await db.Templates.FirstOrDefaultAsync(
            template => template.ClusterId == request.ClusterId && template.Vmid == request.Vmid && template.CompanyId == company, cancellation);
        if (known is { Status: not TemplateStatus.Gone })
        {
            throw AlreadyRegistered(request);
        }

        var template = known ?? new Template { ClusterId = request.ClusterId, Vmid = request.Vmid, CompanyId = company, Name = "" };
        template.Name = request.Name ?? seenName ?? $"template-{request.Vmid}";
        template.Status = TemplateStatus.Registering;
        return template;
    }

    private async Task<int?> CompanyAsync(RegisterTemplateRequest request, Cluster cluster, CancellationToken cancellation)
    {
        if (!caller.IsSuperAdmin)
        {
            return request.CompanyId is null || request.CompanyId == caller.CompanyId
                ? caller.CompanyId
                : throw Problems.Forbidden("Only a super admin may register templates for another company.");
        }

        if (request.CompanyId is { } company)
        {
            if (!await db.Companies.AnyAsync(c => c.Id == company, cancellation))
            {
                throw Problems.Invalid("company_id", $"must be a company's id; there is no company {company}");
            }

            if (cluster.CompanyId is { } owner && owner != company)
            {
                throw Problems.Invalid("company_id", "cannot be this one: the cluster belongs to another company");
            }
        }

        return request.CompanyId ?? cluster.CompanyId;
    }

    private static ProblemException AlreadyRegistered(RegisterTemplateRequest request) => Problems.Conflict(
        "already_registered", $"The template with VMID {request.Vmid} is registered already, or is just being registered.");
}
