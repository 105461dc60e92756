using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Http;
using MultiPanel.Data;
using MultiPanel.Data.Vms;
using MultiPanel.Proxmox.Errors;

namespace MultiPanel.Api.Vms;

/// <summary>How a VM is now, for a request that would be refused by what its row says.</summary>
internal sealed class VmGlance(FreshLook looks, PanelDatabase database, TimeProvider clock)
{
    /// <summary>Someone waits for the answer: a cluster that is slow or silent leaves it at what is known.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <returns>As it was last known where it cannot be looked at; null: it is not that VM any more, or gone.</returns>
    public async Task<Vm?> TakeAsync(Vm vm, CancellationToken cancellation)
    {
        try
        {
            await looks.TakeAsync(vm, cancellation).WaitAsync(Limit, clock, cancellation);
        }
        catch (ProblemException)
        {
            return null;
        }
        catch (Exception unseen) when (unseen is PveException or TimeoutException)
        {
            // Its row says what is known.
        }

        await using var db = database.OpenAll();
        return await db.Vms.AsNoTracking().SingleOrDefaultAsync(row => row.Id == vm.Id, cancellation);
    }
}
