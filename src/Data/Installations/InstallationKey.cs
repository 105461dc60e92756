using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;

namespace MultiPanel.Data.Installations;

/// <summary><see cref="Installation.Key"/>, read from the database once a process.</summary>
public sealed class InstallationKey(PanelDatabase database)
{
    private string? key;

    public async Task<string> ReadAsync(CancellationToken cancellation)
    {
        if (key is { } known)
        {
            return known;
        }

        await using var db = database.OpenAll();
        return key = await FindAsync(db, cancellation) ?? await DrawAsync(db, cancellation);
    }

    private static async Task<string?> FindAsync(PanelDb db, CancellationToken cancellation) =>
        (await db.Installations.AsNoTracking().SingleOrDefaultAsync(row => row.Id == Installation.Only, cancellation))?.Key;

    private static async Task<string> DrawAsync(PanelDb db, CancellationToken cancellation)
    {
        var drawn = db.Add(new Installation { Id = Installation.Only, Key = RandomNumberGenerator.GetHexString(12, lowercase: true) });
        try
        {
            await db.SaveChangesAsync(cancellation);
            return drawn.Entity.Key;
        }
        catch (DbUpdateException refused) when (DatabaseFailures.IsDuplicate(refused))
        {
            // Another host has drawn one meanwhile.
            drawn.State = EntityState.Detached;
            return (await FindAsync(db, cancellation))!;
        }
    }
}
