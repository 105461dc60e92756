using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Api.Jobs;
using MultiPanel.Contracts.Http;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Vms;

namespace MultiPanel.Api.Vms;

/// <summary>Accepts commands for existing VMs. What is not known for certain, such as whether Proxmox starts a VM that runs, only the job finds out.</summary>
internal sealed class VmCommands(PanelDb db, CommandIntake intake, VmChecks checks, Caller caller)
{
    /// <param name="id">The VM's id.</param>
    /// <param name="action">What to do with it.</param>
    /// <param name="cancellation">Stops the request.</param>
    /// <param name="with">Adds the action's own fields to the command.</param>
    /// <param name="fits">What of the request does not suit the VM.</param>
    public async Task<Accepted<Envelope<JobAccepted>>> OperateAsync(
        int id, VmAction action, CancellationToken cancellation, Func<OperateVm, OperateVm>? with = null, Action<Vm, Rules>? fits = null)
    {
        var vm = await FindAsync(id, cancellation);
        OperateVm Command(Guid job)
        {
            var command = new OperateVm { JobId = job, Action = action };
            return with is null ? command : with(command);
        }

        await checks.CheckAsync(vm, Command(Guid.Empty), fits, cancellation);
        return await intake.AcceptForVmAsync(Draft(vm, action), vm, Command, cancellation);
    }

    public JobDraft Draft(Vm vm, VmAction action) => new()
    {
        Kind = action.Kind(),
        CompanyId = vm.CompanyId,
        RequestedById = caller.UserId,
        RequestedByName = caller.Username,
        ClusterId = vm.ClusterId,
        Target = new JobTarget("vm", vm.Id, vm.Name),
        Priority = action.Traits().Interactive ? JobPriority.Interactive : JobPriority.Operator,
    };

    public async Task<Vm> FindAsync(int id, CancellationToken cancellation) =>
        await db.Vms.AsNoTracking().SingleOrDefaultAsync(vm => vm.Id == id, cancellation) ?? throw Problems.NotFound("vm", id);
}
