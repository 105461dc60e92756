using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Companies;
using MultiPanel.Api.Http;
using MultiPanel.Api.Vms;
using MultiPanel.Contracts;
using MultiPanel.Contracts.AgentVerification;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.TemplateRegistration;
using MultiPanel.Contracts.Templates;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Templates;
using MultiPanel.Data.Vms;

namespace MultiPanel.Api.Jobs;

/// <summary>
/// What a failed job works on: the undoing has removed the rows that its accept had made, and a new attempt needs them. They
/// may have become another company's since; the filters cannot tell, for a super admin tries everybody's jobs again.
/// </summary>
internal sealed class RetryTargets(PanelDb db, Quotas quotas)
{
    /// <summary>Adds to the context what is missing; saved together with the job.</summary>
    /// <exception cref="ProblemException">409: it cannot be brought back.</exception>
    public async Task RestoreAsync(Job job, CancellationToken cancellation)
    {
        var cluster = await db.Clusters.IgnoreQueryFilters().AsNoTracking().SingleOrDefaultAsync(row => row.Id == job.ClusterId, cancellation)
            ?? throw Problems.Conflict("cluster_gone", "The job's cluster is no longer in the panel.");
        if (job.CompanyId is not null && cluster.CompanyId is not null && cluster.CompanyId != job.CompanyId)
        {
            throw Gone(job); // it was given to another company; what is nobody's is the platform's, wherever it is
        }

        switch (JobMessages.Type(job.Workflow))
        {
            case var workflow when workflow == typeof(CloneVm) || workflow == typeof(VerifyAgent):
                await RestoreVmAsync(job, cancellation);
                break;
            case var workflow when workflow == typeof(RegisterTemplate):
                await RestoreTemplateAsync(job, cancellation);
                break;
            case var workflow when workflow == typeof(OperateVm):
                var target = await db.Vms.IgnoreQueryFilters().AsNoTracking().SingleOrDefaultAsync(
                    vm => vm.Id == job.TargetId && vm.CompanyId == job.CompanyId, cancellation) ?? throw Gone(job);
                await quotas.ReserveAsync(target, JsonSerializer.Deserialize<OperateVm>(job.Command, ContractJson.Options)!, cancellation);
                break;
        }
    }

    private async Task RestoreVmAsync(Job job, CancellationToken cancellation)
    {
        if (job.TargetId is not { } id)
        {
            throw Gone(job);
        }

        var row = await db.Vms.IgnoreQueryFilters().AsNoTracking().SingleOrDefaultAsync(vm => vm.Id == id, cancellation);
        if (row is not null && (row.CreatedByJob != job.Id || row.CompanyId != job.CompanyId))
        {
            throw Gone(job);
        }

        var command = JsonSerializer.Deserialize<CloneVm>(job.Command, ContractJson.Options)!;
        var source = await db.Vms.IgnoreQueryFilters().AsNoTracking().SingleOrDefaultAsync(vm => vm.Id == command.SourceId, cancellation);
        if (job.Kind == JobKinds.VmClone && source is not null && source.CompanyId != job.CompanyId)
        {
            throw Gone(job); // what it would copy is another's now
        }

        if (row is null)
        {
            var vm = new Vm
            {
                Id = id,
                ClusterId = job.ClusterId!.Value,
                Name = job.TargetName!,
                CompanyId = job.CompanyId,
                CreatedByJob = job.Id,
                Status = VmStatus.Provisioning,
                CreatedAt = job.CreatedAt,
            };
            (source is null ? new NewVmSize(null, null, null, null, null) : NewVmSize.OfVm(source)).Give(vm, command.Cores, command.MemoryMb, command.DiskGb);
            await quotas.ReserveAsync(vm, cancellation);
            db.Vms.Add(vm);
        }
    }

    private async Task RestoreTemplateAsync(Job job, CancellationToken cancellation)
    {
        var command = JsonSerializer.Deserialize<RegisterTemplate>(job.Command, ContractJson.Options)!;
        var row = await db.Templates.IgnoreQueryFilters().SingleOrDefaultAsync(
            template => template.Id == job.TargetId && template.CompanyId == job.CompanyId, cancellation);
        if (row is { Status: TemplateStatus.Registering or TemplateStatus.Gone })
        {
            row.Status = TemplateStatus.Registering;
            return;
        }

        if (row is not null || command.Vmid is not { } vmid || job.TargetId is not { } id)
        {
            throw Gone(job);
        }

        if (await db.Templates.IgnoreQueryFilters().AnyAsync(
            template => template.ClusterId == job.ClusterId && template.Vmid == vmid && template.CompanyId == job.CompanyId, cancellation))
        {
            throw Problems.Conflict("already_registered", $"The template with VMID {vmid} was registered by another job meanwhile.");
        }

        db.Templates.Add(new Template
        {
            Id = id,
            ClusterId = job.ClusterId!.Value,
            Vmid = vmid,
            Name = job.TargetName!,
            CompanyId = job.CompanyId,
            Status = TemplateStatus.Registering,
            CreatedAt = job.CreatedAt,
        });
    }

    private static ProblemException Gone(Job job) =>
        Problems.Conflict("target_gone", $"The {job.TargetType} '{job.TargetName}' that the job was for is no longer in the panel.");
}
