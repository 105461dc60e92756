using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Api.Jobs;
using MultiPanel.Api.Sizing;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Http;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Templates;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Secrets;
using MultiPanel.Data.Templates;
using MultiPanel.Data.Vms;

namespace MultiPanel.Api.Vms;

/// <summary>Accepts commands that create VMs: the new VM's row exists from the accept on.</summary>
internal sealed class VmCreation(PanelDb db, CommandIntake intake, VmCommands vms, SecretBox secrets, Caller caller)
{
    public async Task<Accepted<Envelope<JobAccepted>>> CreateAsync(CreateVmRequest request, CancellationToken cancellation)
    {
        var template = await db.Templates.AsNoTracking().SingleOrDefaultAsync(t => t.Id == request.TemplateId, cancellation)
            ?? throw Problems.NotFound("template", request.TemplateId);
        if (template is not { Status: TemplateStatus.Ready, SourceId: { } source })
        {
            throw Problems.Conflict("template_not_ready", $"The template '{template.Name}' is {Words.Of(template.Status)}, not ready.");
        }

        CheckFits(request, template);
        var company = await CompanyAsync(request, template, cancellation);
        var vm = NewVm(request.Name, template.ClusterId, company);
        vm.LinkedToId = request.Full ? null : source;
        NewVmSize.OfTemplate(template).Give(vm, request.Cores, request.MemoryMb, request.DiskGb);
        return await intake.AcceptAsync(
            Draft(CloneVmWorkflow.CreateKind, vm), vm, job => Command(job, source, request.Full, request), cancellation);
    }

    public async Task<Accepted<Envelope<JobAccepted>>> CloneAsync(int id, CloneVmRequest request, CancellationToken cancellation)
    {
        var source = await vms.FindAsync(id, cancellation);
        VmCommands.CheckThere(source);
        var full = request.Full ?? (!source.Template || request.Storage is not null);
        var vm = NewVm(request.Name, source.ClusterId, source.CompanyId);
        vm.LinkedToId = full ? null : source.Id;
        NewVmSize.OfVm(source).Give(vm, request.Cores, request.MemoryMb, request.DiskGb);
        return await intake.AcceptAsync(
            Draft(CloneVmWorkflow.CloneKind, vm), vm, job => Command(job, source.Id, full, request), cancellation);
    }

    private CloneVm Command(Guid job, int source, bool full, INewVm request) => new CloneVm
    {
        JobId = job,
        SourceId = source,
        Node = request.Node,
        Storage = request.Storage,
        Full = full,
        Cores = request.Cores,
        MemoryMb = request.MemoryMb,
        DiskGb = request.DiskGb,
        Start = request.Start,
        WaitForAgent = request.WaitForAgent,
        Description = request.Description,
        Tags = request.Tags ?? [],
        CloudInit = Seal(request.CloudInit),
    };

    private static Vm NewVm(string name, int cluster, int? company) => new()
    {
        Name = name,
        ClusterId = cluster,
        CompanyId = company,
        Status = VmStatus.Provisioning,
    };

    private JobDraft Draft(string kind, Vm vm) => new()
    {
        Kind = kind,
        CompanyId = vm.CompanyId,
        RequestedById = caller.UserId,
        RequestedByName = caller.Username,
        ClusterId = vm.ClusterId,
        Target = new JobTarget("vm", null, vm.Name),
    };

    private static void CheckFits(CreateVmRequest request, Template template)
    {
        var errors = new FieldErrors();
        var rules = new Rules(errors);
        var least = template.Disks is { Count: > 0 } disks ? disks[0].Gb : template.DiskGb;
        rules.That(request.DiskGb is not { } disk || least is null || disk >= least,
            "disk_gb", $"must be at least the template's {least} GiB: disks only grow");
        rules.That(request.CloudInit is null || template.CloudInit, "cloud_init", "cannot be given: the template has no cloud-init drive");
        errors.ThrowIfAny();
    }

    /// <summary>The new VM's company: the caller's; a super admin names one, or it is the template's.</summary>
    private async Task<int?> CompanyAsync(CreateVmRequest request, Template template, CancellationToken cancellation)
    {
        if (!caller.IsSuperAdmin)
        {
            return request.CompanyId is null || request.CompanyId == caller.CompanyId
                ? caller.CompanyId
                : throw Problems.Forbidden("Only a super admin may make VMs for another company.");
        }

        if (request.CompanyId is not { } company)
        {
            return template.CompanyId;
        }

        if (!await db.Companies.AnyAsync(c => c.Id == company, cancellation))
        {
            throw Problems.Invalid("company_id", $"must be a company's id; there is no company {company}");
        }

        var cluster = await db.Clusters.AsNoTracking().SingleAsync(c => c.Id == template.ClusterId, cancellation);
        return (template.CompanyId ?? company) == company && (cluster.CompanyId ?? company) == company
            ? company
            : throw Problems.Invalid("company_id", "cannot be this one: the template or its cluster belongs to another company");
    }

    /// <summary>The command is stored in the job's row, where the password must not be readable.</summary>
    private CloudInit? Seal(CloudInit? cloudInit) =>
        cloudInit?.Password is { } password ? cloudInit with { Password = secrets.Seal(password) } : cloudInit;
}
