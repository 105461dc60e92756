using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Data;
using MultiPanel.Data.Tokens;

namespace MultiPanel.Api.Auth;

/// <summary>Notes when a token was last used, at most once a minute.</summary>
internal sealed class TokenUse(PanelDatabase database, TimeProvider clock, ILogger<TokenUse> log)
{
    private static readonly TimeSpan Grain = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<int, DateTime> noted = new();

    public async Task NoteAsync(ApiToken token, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var before = noted.GetValueOrDefault(token.Id, token.LastUsedAt ?? DateTime.MinValue);
        if (now - before < Grain || !(noted.TryAdd(token.Id, now) || noted.TryUpdate(token.Id, now, before)))
        {
            return;
        }

        try
        {
            await using var db = database.OpenAll();
            await db.ApiTokens.Where(t => t.Id == token.Id).ExecuteUpdateAsync(t => t.SetProperty(x => x.LastUsedAt, now), cancellation);
        }
        catch (Exception failure) when (DatabaseFailures.IsDatabase(failure))
        {
            // It signs in all the same; what the request needs of the database it finds out itself.
            noted.TryRemove(token.Id, out _);
            log.LogWarning(failure, "Could not note the use of API token {Token}", token.Id);
        }
    }
}
