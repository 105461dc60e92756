using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Auth;
using MultiPanel.Data;
using MultiPanel.Data.Users;

namespace MultiPanel.Api.Auth;

/// <summary>Looks up whom a token speaks of, so that the token of somebody disabled ends within seconds.</summary>
internal sealed class Accounts(PanelDatabase database, TimeProvider clock)
{
    /// <summary>How long a disabled user's token may go on; also how often one user costs a query.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<int, (User? User, DateTimeOffset Until)> known = new();

    /// <returns>Null: there is no such user, or they may not sign in.</returns>
    public async Task<User?> FindActiveAsync(int id, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (!known.TryGetValue(id, out var entry) || entry.Until <= now)
        {
            await using var db = database.OpenAll();
            var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == id, cancellation);
            entry = (user, now + Kept);
            known[id] = entry;
        }

        return entry.User is { Status: UserStatus.Active } ? entry.User : null;
    }
}
