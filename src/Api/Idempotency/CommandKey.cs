using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Primitives;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Api.Idempotency;

/// <summary>The Idempotency-Key of this request, if it has one. It is used up only by the transaction that does the command.</summary>
internal sealed class CommandKey(PanelDatabase database, Caller caller, TimeProvider clock)
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    private const int Longest = 255;

    private (string Key, string Fingerprint)? given;

    /// <exception cref="ProblemException">400: it is none.</exception>
    public async Task ReadAsync(StringValues header, HttpRequest request)
    {
        if (header is not [{ Length: > 0 and <= Longest } key] || !key.All(c => c is > ' ' and <= '~'))
        {
            throw new ProblemException(
                400, "invalid_idempotency_key", $"{Idempotent.Header} must be one value of 1 to {Longest} visible ASCII characters.");
        }

        given = (RequestFingerprint.Hash(Encoding.ASCII.GetBytes(key)), await RequestFingerprint.OfAsync(request, request.HttpContext.RequestAborted));
    }

    /// <returns>The job that this command has become before; null: it is new, or that was more than a day ago.</returns>
    /// <exception cref="ProblemException">422: the key was another command's.</exception>
    public async Task<Guid?> FindAsync(CancellationToken cancellation)
    {
        var (key, fingerprint) = given!.Value;
        await using var db = database.OpenAll();
        var known = db.IdempotencyKeys.Where(row => row.UserId == caller.Id && row.Key == key);
        if (await known.AsNoTracking().SingleOrDefaultAsync(cancellation) is not { } row)
        {
            return null;
        }

        var before = clock.GetUtcNow().UtcDateTime - Kept;
        if (row.CreatedAt <= before)
        {
            await known.Where(old => old.CreatedAt <= before).ExecuteDeleteAsync(cancellation);
            return null;
        }

        return row.Fingerprint == fingerprint
            ? row.JobId
            : throw new ProblemException(
                422, "idempotency_key_reused", $"This {Idempotent.Header} was sent with another command already; take a new one for each command.");
    }

    /// <summary>To be saved in the transaction that does the command. Of two at once, one alone can be saved.</summary>
    public void Note(PanelDb db, Guid job)
    {
        if (given is var (key, fingerprint))
        {
            db.IdempotencyKeys.Add(new IdempotencyKey
            {
                UserId = caller.Id,
                Key = key,
                Fingerprint = fingerprint,
                JobId = job,
                CreatedAt = clock.GetUtcNow().UtcDateTime,
            });
        }
    }
}
