using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Hosting.Jobs;
using MultiPanel.Workers.Liveness;
using MultiPanel.Workers.Steps;
using StackExchange.Redis;

namespace MultiPanel.Workers.Reconciling;

/// <summary>
/// Continues undos that could not reach Proxmox before their job ended. The row of the VM is kept until its undo has ended,
/// whatever state the VM had come to, so these rows say which jobs there are.
/// </summary>
public sealed class UndoReconciler(
    PanelDatabase database, MessageSender sender, SequenceCatalog sequences, WorkerIdentity worker, IConnectionMultiplexer redis, TimeProvider clock,
    ILogger<UndoReconciler> log) : LeasedService("undo-reconciler", TimeSpan.FromSeconds(15), redis, worker, clock, log)
{
    private const int Portion = 100;

    public override async Task RunOnceAsync(CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        var (after, rows) = (0, Portion);
        while (rows == Portion)
        {
            var left = await (
                from vm in db.Vms.AsNoTracking()
                join job in db.Jobs.AsNoTracking() on vm.CreatedByJob equals job.Id
                where vm.Id > after && (job.Status == JobStatus.Failed || job.Status == JobStatus.Cancelled)
                orderby vm.Id
                select new { vm.Id, Job = job }).Take(Portion).ToListAsync(cancellation);
            foreach (var job in left.Select(row => row.Job).Where(job => job.UndoIsPending()))
            {
                var undo = sequences.Undoing(job);
                await sender.SendAsync(undo.Queue, JobMessages.StepCommand(undo.Queue, job.Id), cancellation);
            }

            (after, rows) = (left.Count == 0 ? after : left[^1].Id, left.Count);
        }
    }
}
