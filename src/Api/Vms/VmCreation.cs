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
using MultiPanel.Hosting.Vms;

namespace MultiPanel.Api.Vms;

/// <summary>Accepts commands that create VMs: the new VM's row exists from the accept on.</summary>
internal sealed class VmCreation(PanelDb db, CommandIntake intake, VmCommands vms, VmChecks checks, NewVmPlace place, SecretBox secrets, Caller caller)
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
        await place.CheckAsync(request, template.ClusterId, company, cancellation);
        var vm = NewVm(request.Name, template.ClusterId, company);
        vm.LinkedToId = request.Full ? null : source;
        NewVmSize.OfTemplate(template).Give(vm, request.Cores, request.MemoryMb, request.DiskGb, request.Disk, request.Sockets);
        return await intake.AcceptAsync(
            Draft(CloneVmWorkflow.CreateKind, vm), vm, job => Command(job, source, request.Full, request.Start, request), cancellation);
    }

    public async Task<Accepted<Envelope<JobAccepted>>> CloneAsync(int id, CloneVmRequest request, CancellationToken cancellation)
    {
        var source = await vms.FindAsync(id, cancellation);
        VmChecks.CheckThere(source);
        await checks.CheckPassingAsync(source, seen => AgainstClone(request, seen), cancellation);
        await place.CheckAsync(request, source.ClusterId, source.CompanyId, cancellation);
        var full = request.Full ?? (!source.Template || request.Storage is not null);
        var vm = NewVm(request.Name, source.ClusterId, source.CompanyId);
        vm.LinkedToId = full ? null : source.Id;
        NewVmSize.OfVm(source).Give(vm, request.Cores, request.MemoryMb, request.DiskGb, request.Disk, request.Sockets);
        return await intake.AcceptAsync(
            Draft(CloneVmWorkflow.CloneKind, vm), vm, job => Command(job, source.Id, full, request.Start, request) with { Snapshot = request.Snapshot }, cancellation);
    }

    private static ProblemException? AgainstClone(CloneVmRequest request, Vm source) => VmRefusals.OfClone(request.Full, request.Snapshot, source) is { } refused
        ? Problems.Conflict(refused.Code, refused.Message)
        : VmChecks.Wrong(rules =>
        {
            VmOptionRules.Fits(request, source.MemoryMb, rules);
            DiskRules.Grows(source.Disks, request.Disk, request.DiskGb, $"'{source.Name}'", rules);
            rules.That(request.CloudInit is null || source.Config?.CloudInitDrive != false, "cloud_init", $"cannot be given: '{source.Name}' has no cloud-init drive");
        });

    private CloneVm Command(Guid job, int source, bool full, bool start, NewVmRequest request) => new CloneVm
    {
        JobId = job,
        SourceId = source,
        Node = request.Node,
        Storage = request.Storage,
        Full = full,
        Cores = request.Cores,
        Sockets = request.Sockets,
        Cpu = request.Cpu,
        MemoryMb = request.MemoryMb,
        BalloonMb = request.BalloonMb,
        Networks = request.Networks,
        DiskGb = request.DiskGb,
        Disk = request.Disk,
        OnBoot = request.OnBoot,
        Protection = request.Protection,
        Pool = request.Pool,
        Vmid = request.Vmid,
        Start = start,
        WaitForAgent = request.WaitForAgent,
        Description = request.Description,
        Tags = request.Tags ?? [],
        CloudInit = secrets.Seal(request.CloudInit),
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
        VmOptionRules.Fits(request, template.MemoryMb, rules);
        DiskRules.Grows(template.Disks, request.Disk, request.DiskGb, "the template", rules);
        rules.That(template.Disks is not null || request.DiskGb is not { } gb || template.DiskGb is null || gb >= template.DiskGb,
            "disk_gb", $"must be at least the template's {template.DiskGb} GiB: disks only grow");
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
}
