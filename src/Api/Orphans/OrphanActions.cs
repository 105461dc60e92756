using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Http;
using MultiPanel.Api.Jobs;
using MultiPanel.Api.Vms;
using MultiPanel.Contracts.Http;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Orphans;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Orphans;
using MultiPanel.Data.Vms;

namespace MultiPanel.Api.Orphans;

/// <summary>Settles orphans: into the panel, or out of Proxmox.</summary>
internal sealed class OrphanActions(PanelDb db, Adoption adoption, CommandIntake intake, VmCommands commands)
{
    public async Task<Vm> AdoptAsync(int id, AdoptRequest request, CancellationToken cancellation)
    {
        if (request.CompanyId is { } company && !await db.Companies.AnyAsync(c => c.Id == company, cancellation))
        {
            throw Problems.Invalid("company_id", $"must be a company's id; there is no company {company}");
        }

        return await SettleAsync(async () =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
            var vm = await adoption.AdoptAsync(await FindAsync(id, cancellation), request.CompanyId, cancellation);
            await transaction.CommitAsync(cancellation);
            return vm;
        });
    }

    /// <summary>A VM without a row gets one first, so that its deletion is a job like any, which looks at the marker again.</summary>
    /// <param name="confirm">Its name or VMID, so that a wrong id deletes nothing.</param>
    public async Task<Accepted<Envelope<JobAccepted>>> DeleteAsync(int id, string? confirm, CancellationToken cancellation)
    {
        var orphan = await FindAsync(id, cancellation);
        var vmid = orphan.Vmid.ToString(CultureInfo.InvariantCulture);
        if (confirm is null || (confirm != orphan.Name && confirm != vmid))
        {
            throw new ProblemException(
                400, "confirmation_required",
                $"This deletes VM {vmid}{(orphan.Name is null ? "" : $" '{orphan.Name}'")} with its disks. Say so: ?confirm={orphan.Name ?? vmid}{(orphan.Name is null ? "" : $" or ?confirm={vmid}")}.");
        }

        return await SettleAsync(() => orphan.Kind == OrphanKind.VmWithoutOwner ? AdoptAndDeleteAsync(orphan, cancellation) : DeleteOwnerAsync(orphan, cancellation));
    }

    private async Task<Accepted<Envelope<JobAccepted>>> AdoptAndDeleteAsync(Orphan orphan, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var vm = await adoption.AdoptAsync(orphan, null, cancellation);
        return await intake.AcceptAsync([Deletion(vm)], cancellation, transaction);
    }

    private async Task<Accepted<Envelope<JobAccepted>>> DeleteOwnerAsync(Orphan orphan, CancellationToken cancellation)
    {
        var vm = await db.Vms.AsNoTracking().SingleOrDefaultAsync(row => row.Id == orphan.OwnerId, cancellation)
            ?? throw Problems.Conflict("target_gone", "The panel's row for it is gone already; it leaves this list by itself.");
        return await intake.AcceptAsync([Deletion(vm)], cancellation);
    }

    private Job Deletion(Vm vm) => intake.Job(commands.Draft(vm, VmAction.Delete), job => new OperateVm { JobId = job, Action = VmAction.Delete });

    private async Task<Orphan> FindAsync(int id, CancellationToken cancellation) =>
        await db.Orphans.SingleOrDefaultAsync(orphan => orphan.Id == id, cancellation) ?? throw Problems.NotFound("orphan", id);

    /// <summary>Two at once, or the reconciler, or the inventory: one of them has settled it.</summary>
    private static async Task<T> SettleAsync<T>(Func<Task<T>> settle)
    {
        try
        {
            return await settle();
        }
        catch (DbUpdateException lost) when (lost is DbUpdateConcurrencyException || DatabaseFailures.IsDuplicate(lost))
        {
            throw Problems.Conflict("orphan_settled", "Somebody else has just settled it; look at the list again.");
        }
    }
}
