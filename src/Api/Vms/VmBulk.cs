using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Api.Jobs;
using MultiPanel.Contracts.Bulk;
using MultiPanel.Contracts.Http;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Vms;

namespace MultiPanel.Api.Vms;

/// <summary>Accepts the same command for many VMs: one job to follow and a child for each VM. If one VM cannot do it, its child fails.</summary>
internal sealed class VmBulk(PanelDb db, CommandIntake intake, VmCommands commands, VmChecks checks, Caller caller)
{
    private const int Most = 1_000;

    private static readonly VmAction[] Actions = [.. VmActionTraits.All.Where(action => action.Traits().InBulk)];

    public static void Check(BulkRequest request, Rules rules)
    {
        rules.Required("action", request.Action);
        rules.That(request.Action is not { } action || Actions.Contains(action), "action", $"must be one of {string.Join(", ", Actions.Select(Words.Of))}");
        rules.Required("ids", request.Ids);
        rules.That(request.Ids is not { Count: > Most }, "ids", $"must be at most {Most}");
        rules.That(request.Ids?.All(id => id > 0) != false, "ids", "must be the panel's ids of VMs, from 1");
    }

    public async Task<Accepted<Envelope<JobAccepted>>> AcceptAsync(BulkRequest request, CancellationToken cancellation)
    {
        var (action, ids) = (request.Action!.Value, request.Ids!.Distinct().ToList());
        var vms = await db.Vms.AsNoTracking().Where(vm => ids.Contains(vm.Id)).ToDictionaryAsync(vm => vm.Id, cancellation);
        if (ids.Where(id => !vms.ContainsKey(id)).ToList() is { Count: > 0 } missing)
        {
            throw Problems.NotFound("vm", $"{string.Join(", ", missing.Take(FieldErrors.Most))}{(missing.Count > FieldErrors.Most ? $" and {missing.Count - FieldErrors.Most} more" : "")}");
        }

        var refused = await checks.RefusedAsync(vms.Values, new OperateVm { JobId = Guid.Empty, Action = action }, cancellation);
        var parent = intake.Job(Draft(action, [.. vms.Values]), job => new RunBulk { JobId = job });
        return await intake.AcceptAsync([parent, .. ids.Select(id => Child(parent, vms[id], action, refused.GetValueOrDefault(id)))], cancellation);
    }

    /// <summary>What the command alone would be refused for has failed already, with the same code and words.</summary>
    private Job Child(Job parent, Vm vm, VmAction action, ProblemException? refused)
    {
        var draft = commands.Draft(vm, action) with { ParentId = parent.Id, Priority = parent.Priority };
        return refused is null
            ? intake.Job(draft, Command)
            : intake.Refused(draft, Command, new JobError { Code = refused.Code, Message = refused.Message, Step = VmOperationSteps.Task });

        OperateVm Command(Guid job) => new() { JobId = job, Action = action };
    }

    /// <summary>It has a company and a cluster if all its VMs have the same. Its priority lets single commands go first.</summary>
    private JobDraft Draft(VmAction action, IReadOnlyList<Vm> vms) => new()
    {
        Kind = RunBulkWorkflow.Kind,
        CompanyId = vms.Select(vm => vm.CompanyId).Distinct().ToList() is [var company] ? company : null,
        RequestedById = caller.UserId,
        RequestedByName = caller.Username,
        ClusterId = vms.Select(vm => vm.ClusterId).Distinct().ToList() is [var cluster] ? cluster : null,
        Target = new JobTarget("vms", null, $"{Words.Of(action)} {vms.Count} VM{(vms.Count == 1 ? "" : "s")}"),
        Priority = JobPriority.Operator,
    };
}
