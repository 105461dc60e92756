using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Api.Jobs;
using MultiPanel.Contracts.Http;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Vms;

namespace MultiPanel.Api.Vms;

/// <summary>Accepts commands for existing VMs. Whether Proxmox can do them, such as starting a running VM, only the job finds out.</summary>
internal sealed class VmCommands(PanelDb db, CommandIntake intake, Caller caller)
{
    private const int MostNamed = 10;

    /// <param name="id">The VM's id.</param>
    /// <param name="action">What to do with it.</param>
    /// <param name="cancellation">Stops the request.</param>
    /// <param name="with">Adds the action's own fields to the command.</param>
    /// <param name="fits">What of the request does not suit the VM.</param>
    public async Task<Accepted<Envelope<JobAccepted>>> OperateAsync(
        int id, VmAction action, CancellationToken cancellation, Func<OperateVm, OperateVm>? with = null, Action<Vm, Rules>? fits = null)
    {
        var vm = await FindAsync(id, cancellation);
        if (vm.Status == VmStatus.Provisioning && await WasGivenUpAsync(vm, cancellation))
        {
            CheckRemainder(vm, action);
        }
        else
        {
            Check(vm, action);
        }

        if (action == VmAction.Delete)
        {
            await CheckUnusedAsync(vm, cancellation);
        }

        Query.Checked(rules =>
        {
            fits?.Invoke(vm, rules);
            return vm;
        });
        OperateVm Command(Guid job)
        {
            var command = new OperateVm { JobId = job, Action = action };
            return with is null ? command : with(command);
        }

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

    /// <summary>The job that was to make it is over, and it is not finished.</summary>
    private async Task<bool> WasGivenUpAsync(Vm vm, CancellationToken cancellation) =>
        vm.CreatedByJob is { } maker && !await db.Jobs.IgnoreQueryFilters().AnyAsync(job => job.Id == maker && job.FinishedAt == null, cancellation);

    /// <exception cref="ProblemException">409: all that can be done with what a failed job has left is to delete it.</exception>
    private static void CheckRemainder(Vm vm, VmAction action)
    {
        if (action != VmAction.Delete)
        {
            throw Problems.Conflict("vm_not_ready", $"'{vm.Name}' was never finished, and the job that was to make it is over. Delete it, or retry that job.");
        }
    }

    /// <exception cref="ProblemException">409: it is not there yet.</exception>
    public static void CheckThere(Vm vm)
    {
        if (vm.Vmid is null || vm.Status == VmStatus.Provisioning)
        {
            throw Problems.Conflict("vm_not_ready", $"'{vm.Name}' is still being made; wait for its job, or cancel that.");
        }
    }

    /// <exception cref="ProblemException">409: linked clones stand on its disk. Those that the caller may see are named.</exception>
    private async Task CheckUnusedAsync(Vm vm, CancellationToken cancellation)
    {
        var count = await db.Vms.IgnoreQueryFilters().CountAsync(clone => clone.LinkedToId == vm.Id, cancellation);
        if (count == 0)
        {
            return;
        }

        var names = await db.Vms.Where(clone => clone.LinkedToId == vm.Id).OrderBy(clone => clone.Id).Select(clone => clone.Name).Take(MostNamed).ToListAsync(cancellation);
        var more = count - names.Count;
        var which = names.Count == 0 ? "" : $": {string.Join(", ", names)}{(more > 0 ? $" and {more} more" : "")}";
        throw Problems.Conflict(
            JobErrorCodes.TemplateInUse, $"{count} linked clone{(count == 1 ? " stands" : "s stand")} on the disk of '{vm.Name}'{which}. Delete them first, or keep it.");
    }

    private static void Check(Vm vm, VmAction action)
    {
        CheckThere(vm);
        if (vm.Status == VmStatus.Deleting && action != VmAction.Delete)
        {
            throw Problems.Conflict("vm_deleting", $"'{vm.Name}' is being deleted.");
        }

        if (vm.Template && !action.Traits().SuitsTemplates)
        {
            throw Problems.Conflict("vm_is_template", $"'{vm.Name}' is a template, which cannot do this; clone it.");
        }
    }
}
