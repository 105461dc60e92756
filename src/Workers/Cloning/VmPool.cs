using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Data.Companies;
using MultiPanel.Data.Vms;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Cloning;

/// <summary>The Proxmox pool that a new VM is put into.</summary>
internal static class VmPool
{
    /// <returns>The pool that was asked for; else the company's in this cluster; else the cluster's; null: none.</returns>
    public static async Task<string?> OfAsync(StepContext step, CloneVm command, Vm vm) =>
        command.Pool ?? (await CompanyAsync(step, vm))?.PoolIn(step.Cluster.Id) ?? step.Cluster.Pool;

    /// <summary>As of a moment ago: the VMs of a burst have the same.</summary>
    public static async Task<Company?> CompanyAsync(StepContext step, Vm vm) => vm.CompanyId is not { } id ? null : await step.RecentAsync(
        $"company {id}",
        async _ =>
        {
            await using var db = step.Database.OpenAll();
            return await db.Companies.AsNoTracking().SingleOrDefaultAsync(company => company.Id == id);
        });
}
