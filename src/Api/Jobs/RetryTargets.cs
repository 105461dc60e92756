using MultiPanel.Api.Companies;
using MultiPanel.Api.Http;
using MultiPanel.Api.Sizing;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Templates;
using MultiPanel.Contracts.Vms;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Templates;
using MultiPanel.Data.Vms;

namespace MultiPanel.Api.Jobs;

/// <summary>
/// Restores what failed jobs work on: the undo has removed the rows that accepting them had created, and a new attempt needs
/// them.
/// </summary>
internal sealed class RetryTargets(PanelDb db, Quotas quotas)
{
    /// <summary>Adds to the context what is missing, to be saved together with the jobs. Call it in their transaction.</summary>
    /// <returns>For each job that cannot be restored, 409 with the reason.</returns>
    public async Task<IReadOnlyDictionary<Guid, ProblemException>> RestoreAsync(IReadOnlyList<Job> jobs, CancellationToken cancellation)
    {
        var lost = jobs.Where(job => job.FindWorkflow() is null).ToDictionary(job => job.Id, Unknown);
        var commands = jobs.Where(job => !lost.ContainsKey(job.Id)).Select(job => (Job: job, Command: job.ReadCommand())).ToList();
        var growing = commands.FindAll(job => job.Command is IGrowsVm { Wanted: not null });
        var reservations = await quotas.BeginAsync(
            growing.Select(job => job.Job).Concat(jobs.Where(job => job.Creates() == CreatedRow.Vm)).Select(job => job.CompanyId),
            [.. growing.Select(job => job.Job.TargetId).OfType<int>()],
            cancellation);
        var rows = await RetryRows.ReadAsync(db, commands, cancellation);
        foreach (var (job, command) in commands)
        {
            if ((CheckAlone(job, rows) ?? CheckCluster(job, rows) ?? Restore(job, command, rows, reservations)) is { } why)
            {
                lost.Add(job.Id, why);
            }
        }

        return lost;
    }

    /// <summary>A row that another job works on, such as a clone being deleted as a leftover, must not be taken over by a new attempt.</summary>
    private static ProblemException? CheckAlone(Job job, RetryRows rows) => job.Creates() != CreatedRow.None && rows.OtherOnTarget(job) is { } other
        ? Problems.Conflict(
            "target_busy",
            $"{(other.CompanyId == job.CompanyId ? $"{other.Kind} ({other.Id})" : "Another job")} works on the same {job.TargetType}; try again when it has ended.")
        : null;

    private static ProblemException? CheckCluster(Job job, RetryRows rows) => (job.ClusterId, rows.Cluster(job.ClusterId)) switch
    {
        (null, _) => null,
        (_, null) => Problems.Conflict("cluster_gone", "The job's cluster is no longer in the panel."),
        // A company's cluster is closed to the others; the platform's own jobs run everywhere.
        (_, { CompanyId: { } owner }) when job.CompanyId is not null && owner != job.CompanyId => Gone(job),
        _ => null,
    };

    private ProblemException? Restore(Job job, IJobCommand command, RetryRows rows, QuotaReservations reservations) => job.Creates() switch
    {
        CreatedRow.Vm => RestoreVm(job, (ICreatesVm)command, rows, reservations),
        CreatedRow.Template => RestoreTemplate(job, (ICreatesTemplate)command, rows),
        _ when job.TargetType == "vm" => CheckVm(job, command, rows, reservations),
        _ => null,
    };

    private static ProblemException? CheckVm(Job job, IJobCommand command, RetryRows rows, QuotaReservations reservations) =>
        rows.Vm(job.TargetId) is { } vm && vm.CompanyId == job.CompanyId
            ? command is IGrowsVm { Wanted: { } size } ? reservations.Reserve(vm, size) : null
            : Gone(job);

    private ProblemException? RestoreVm(Job job, ICreatesVm command, RetryRows rows, QuotaReservations reservations)
    {
        var (row, source) = (rows.Vm(job.TargetId), rows.Vm(command.SourceId));
        if (job.TargetId is not { } id || (row is not null && (row.CreatedByJob != job.Id || row.CompanyId != job.CompanyId)))
        {
            return Gone(job);
        }

        if (source is not null && source.CompanyId != job.CompanyId && MustOwnSource(job))
        {
            return Gone(job); // the VM that it would copy belongs to another company now
        }

        if (row is not null)
        {
            return null;
        }

        var vm = new Vm
        {
            Id = id,
            ClusterId = job.ClusterId!.Value,
            Name = job.TargetName!,
            CompanyId = job.CompanyId,
            CreatedByJob = job.Id,
            LinkedToId = command.Full ? null : command.SourceId,
            Status = VmStatus.Provisioning,
            CreatedAt = job.CreatedAt,
        };
        (source is null ? new NewVmSize(null, null, null, null, null) : NewVmSize.OfVm(source)).Give(vm, command.Cores, command.MemoryMb, command.DiskGb, command.Disk, command.Sockets);
        if (reservations.Reserve(vm) is { } why)
        {
            return why;
        }

        db.Vms.Add(vm);
        return null;
    }

    private ProblemException? RestoreTemplate(Job job, ICreatesTemplate command, RetryRows rows)
    {
        var row = rows.Template(template => template.Id == job.TargetId && template.CompanyId == job.CompanyId);
        if (row is { Status: TemplateStatus.Registering or TemplateStatus.Gone })
        {
            row.Status = TemplateStatus.Registering;
            return null;
        }

        if (row is not null || command.Vmid is not { } vmid || job.TargetId is not { } id)
        {
            return Gone(job);
        }

        if (rows.Template(template => template.ClusterId == job.ClusterId && template.Vmid == vmid && template.CompanyId == job.CompanyId) is not null)
        {
            return Problems.Conflict("already_registered", $"The template with VMID {vmid} was registered by another job meanwhile.");
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
        return null;
    }

    private static bool MustOwnSource(Job job) => job.FindWorkflow()!.Kinds.Any(kind => kind.Name == job.Kind && kind.SourceIsOwn);

    private static ProblemException Unknown(Job job) => Problems.Conflict(
        "not_retryable", $"The job was accepted by a newer version of the panel; this one does not know its workflow '{job.Workflow}'. Update the panel, then retry the job.");

    private static ProblemException Gone(Job job) =>
        Problems.Conflict("target_gone", $"The {job.TargetType} '{job.TargetName}' that the job was for is no longer in the panel.");
}
