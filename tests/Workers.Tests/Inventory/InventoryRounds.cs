using Microsoft.EntityFrameworkCore;
using MultiPanel.Data.Orphans;
using MultiPanel.TestKit;
using MultiPanel.Workers.Inventory;

namespace MultiPanel.Workers.Tests.Inventory;

/// <summary>The inventory as a worker reads it that has just started: all clusters, whole.</summary>
internal static class InventoryRounds
{
    /// <returns>The orphans that are listed afterwards.</returns>
    public static async Task<IReadOnlyList<Orphan>> ReadInventoryAsync(this Site site)
    {
        var inventory = site.Make<InventorySync>();
        await inventory.RunOnceAsync(CancellationToken.None);
        await inventory.AllRead;
        await using var db = site.Database.OpenAll();
        return await db.Orphans.AsNoTracking().ToListAsync();
    }
}
