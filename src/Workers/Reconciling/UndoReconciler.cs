using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data;
using MultiPanel.Hosting.Jobs;
using MultiPanel.Workers.Liveness;
using MultiPanel.Workers.Steps;
using StackExchange.Redis;

namespace MultiPanel.Workers.Reconciling;

/// <summary>
/// Continues undos that could not reach Proxmox before their job ended. The VM's row is kept until its undo has ended, so these
/// rows say which jobs there are.
/// </summary>
public sealed class UndoReconciler(
    PanelDatabase database, MessageSender sender, SequenceCatalog sequences, WorkerIdentity worker, IConnectionMultiplexer redis, TimeProvider clock,
    ILogger<UndoReconciler> log) : LeasedService("undo-reconciler", TimeSpan.FromSeconds(15), redis, worker, clock, log)
{
    private const int Portion = 100;

    public override async Task RunOnceAsync(CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        var ended = await (
            from vm in db.Vms.AsNoTracking()
            join job in db.Jobs.AsNoTracking() on vm.CreatedByJob equals job.Id
            where vm.Status == VmStatus.Provisioning && job.FinishedAt != null
            orderby job.FinishedAt
            select job).Take(Portion).ToListAsync(cancellation);
        foreach (var job in ended.Where(job => job.UndoIsPending()))
        {
            var undo = sequences.Undoing(job);
            await sender.SendAsync(undo.Queue, JobMessages.StepCommand(undo.Queue, job.Id), cancellation);
        }
    }
}
