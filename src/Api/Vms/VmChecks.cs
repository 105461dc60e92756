using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;

namespace MultiPanel.Api.Vms;

/// <summary>
/// Refuses a command that the panel knows a VM cannot do, with the code and in the words of the job. Where a command that waits
/// may change that, or Proxmox shows the VM otherwise by now, it is the job's to find out.
/// </summary>
internal sealed class VmChecks(PanelDb db, PanelDatabase database, TemplateUse uses, VmGlance glance)
{
    /// <param name="vm">The VM as its row has it.</param>
    /// <param name="command">What is to be done with it.</param>
    /// <param name="fits">What of the request does not suit the VM.</param>
    /// <param name="cancellation">Stops the request.</param>
    /// <exception cref="ProblemException">It is refused.</exception>
    public async Task CheckAsync(Vm vm, IOperatesVm command, Action<Vm, Rules>? fits, CancellationToken cancellation)
    {
        await CheckLastingAsync(vm, command, cancellation);
        await CheckNodeAsync(vm.ClusterId, command.Node, cancellation);
        if (command.Action == VmAction.Delete && await uses.OfAsync(vm, new HashSet<int>(), cancellation) is { } used)
        {
            throw used;
        }

        await CheckPassingAsync(vm, seen => Passing(seen, command, fits), cancellation);
    }

    /// <summary>What was so when the VM was last seen. A command that waits may change it, and it is refused only where it is so now.</summary>
    /// <param name="vm">The VM as its row has it.</param>
    /// <param name="against">What is against it; null: nothing.</param>
    /// <param name="cancellation">Stops the request.</param>
    /// <exception cref="ProblemException">It is refused.</exception>
    public async Task CheckPassingAsync(Vm vm, Func<Vm, ProblemException?> against, CancellationToken cancellation)
    {
        if (against(vm) is not null && !await HasOpenJobsAsync(vm, cancellation)
            && await glance.TakeAsync(vm, cancellation) is { } now && against(now) is { } refused)
        {
            throw refused;
        }
    }

    /// <param name="cluster">Its id. The caller may not see it, as that of a template of the platform.</param>
    /// <param name="node">Null: none was asked for.</param>
    /// <param name="cancellation">Stops the request.</param>
    /// <exception cref="ProblemException">400: the cluster has no such node.</exception>
    public async Task CheckNodeAsync(int cluster, string? node, CancellationToken cancellation)
    {
        if (node is null)
        {
            return;
        }

        await using var all = database.OpenAll();
        var known = await all.Clusters.AsNoTracking().Where(row => row.Id == cluster).Select(row => new { row.Name, row.Nodes }).SingleAsync(cancellation);
        if (known.Nodes is { Count: > 0 } nodes && !nodes.Contains(node))
        {
            var errors = new FieldErrors();
            errors.Add("node", $"must be one of {string.Join(", ", nodes)}");
            throw new ProblemException(StatusCodes.Status400BadRequest, JobErrorCodes.NodeNotFound, KnownNodes.Missing(node, "asked for", known.Name, nodes)) { Errors = errors };
        }
    }

    /// <summary>The same for many VMs, without looks at Proxmox: what only they would show, the VM's own job says.</summary>
    /// <returns>Why it is refused, by the ids of those VMs.</returns>
    public async Task<IReadOnlyDictionary<int, ProblemException>> RefusedAsync(IReadOnlyCollection<Vm> vms, IOperatesVm command, CancellationToken cancellation)
    {
        var refused = new Dictionary<int, ProblemException>();
        foreach (var vm in vms)
        {
            try
            {
                await CheckLastingAsync(vm, command, cancellation);
            }
            catch (ProblemException why)
            {
                refused.Add(vm.Id, why);
            }
        }

        if (command.Action == VmAction.Delete)
        {
            HashSet<int> leaving = [.. vms.Select(vm => vm.Id)];
            foreach (var template in await uses.AmongAsync([.. vms.Where(vm => !refused.ContainsKey(vm.Id))], cancellation))
            {
                if (await uses.OfAsync(template, leaving, cancellation) is { } used)
                {
                    refused.Add(template.Id, used);
                }
            }
        }

        return refused;
    }

    /// <summary>What neither a command that waits nor anyone in Proxmox changes.</summary>
    private async Task CheckLastingAsync(Vm vm, IOperatesVm command, CancellationToken cancellation)
    {
        if (vm.Status == VmStatus.Provisioning && await WasGivenUpAsync(vm, cancellation))
        {
            CheckRemainder(vm, command.Action);
            return;
        }

        CheckThere(vm);
        if (vm.Status == VmStatus.Deleting && command.Action != VmAction.Delete)
        {
            throw Problems.Conflict("vm_deleting", $"'{vm.Name}' is being deleted.");
        }

        if (VmRefusals.OfTemplate(command, vm.Name, vm.Template) is { } unsuited)
        {
            throw Problems.Conflict(unsuited.Code, unsuited.Message);
        }
    }

    private static ProblemException? Passing(Vm vm, IOperatesVm command, Action<Vm, Rules>? fits)
    {
        if (VmRefusals.Of(command, vm) is { } refused)
        {
            return Problems.Conflict(refused.Code, refused.Message);
        }

        return Wrong(rules => fits?.Invoke(vm, rules));
    }

    /// <returns>400 that names the fields; null: none is wrong.</returns>
    public static ProblemException? Wrong(Action<Rules> check)
    {
        var errors = new FieldErrors();
        check(new Rules(errors));
        return errors.Any ? Problems.Invalid(errors) : null;
    }

    private Task<bool> HasOpenJobsAsync(Vm vm, CancellationToken cancellation) =>
        db.Jobs.IgnoreQueryFilters().AnyAsync(job => job.TargetType == "vm" && job.TargetId == vm.Id && job.FinishedAt == null, cancellation);

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
}
