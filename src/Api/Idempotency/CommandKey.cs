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
    private bool many;

    /// <summary>The command of <see cref="BeginManyAsync"/> had been sent before.</summary>
    public bool Repeated { get; private set; }

    /// <exception cref="ProblemException">400: it is none.</exception>
    public async Task ReadAsync(StringValues header, HttpRequest request)
    {
        if (header is not [{ Length: > 0 and <= Longest } key] || !key.All(c => c is > ' ' and <= '~'))
        {
            throw new ProblemException(
                400, "invalid_idempotency_key", $"{Idempotent.Header} must be one value of 1 to {Longest} visible ASCII characters.");
        }

        given = (RequestFingerprint.Hash(Encoding.UTF8.GetBytes(Own(key))), await RequestFingerprint.OfAsync(request, request.HttpContext.RequestAborted));
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
            await db.IdempotencyKeys.Where(old => old.UserId == caller.Id && (old.Key == key || old.Fingerprint == key) && old.CreatedAt <= before)
                .ExecuteDeleteAsync(cancellation);
            return null;
        }

        return row.Fingerprint == fingerprint
            ? row.JobId
            : throw new ProblemException(
                422, "idempotency_key_reused", $"This {Idempotent.Header} was sent with another command already; take a new one for each command.");
    }

    /// <summary>
    /// For a command that changes many jobs, each in a transaction of its own: from here on <see cref="Note"/> notes each of
    /// them, so that a repetition goes on where the first was cut off.
    /// </summary>
    /// <returns>When it was sent first, and the jobs that it has changed since; null: it has no key.</returns>
    /// <exception cref="ProblemException">422: the key was another command's.</exception>
    public async Task<(DateTime At, IReadOnlyList<Guid> Done)?> BeginManyAsync(CancellationToken cancellation)
    {
        if (given is not var (key, _))
        {
            return null;
        }

        many = true;
        await using var db = database.OpenAll();
        Repeated = await FindAsync(cancellation) is not null;
        if (!Repeated)
        {
            db.IdempotencyKeys.Add(Row(key, given.Value.Fingerprint, Guid.Empty));
            try
            {
                await db.SaveChangesAsync(cancellation);
            }
            catch (DbUpdateException lost) when (DatabaseFailures.IsDuplicate(lost))
            {
                Repeated = await FindAsync(cancellation) is not null; // at the same moment; or another command with its key
            }
        }

        var at = await db.IdempotencyKeys.Where(row => row.UserId == caller.Id && row.Key == key).Select(row => row.CreatedAt).SingleAsync(cancellation);
        return (at, await DoneAsync(cancellation));
    }

    /// <returns>The jobs that <see cref="BeginManyAsync"/>'s command has changed until now, in this call and others.</returns>
    public async Task<IReadOnlyList<Guid>> DoneAsync(CancellationToken cancellation)
    {
        var key = given!.Value.Key;
        await using var db = database.OpenAll();
        return await db.IdempotencyKeys.Where(row => row.UserId == caller.Id && row.Fingerprint == key)
            .OrderBy(row => row.JobId).Select(row => row.JobId).ToListAsync(cancellation);
    }

    /// <summary>To be saved in the transaction that does the command. Of two at once, one alone can be saved.</summary>
    /// <param name="jobs">The command's own first.</param>
    public void Note(PanelDb db, params IEnumerable<Guid> jobs)
    {
        if (given is not var (key, fingerprint))
        {
            return;
        }

        db.IdempotencyKeys.AddRange(many
            ? jobs.Select(job => Row(RequestFingerprint.Hash(Encoding.ASCII.GetBytes($"{key}/{job}")), key, job))
            : [Row(key, fingerprint, jobs.First())]);
    }

    /// <summary>Services have no id of ours: their name and company keep their keys apart. A key has no line break, nor has a number.</summary>
    private string Own(string key) => caller.UserId is null ? $"{key}\n{caller.CompanyId}\n{caller.Username}" : key;

    private IdempotencyKey Row(string key, string fingerprint, Guid job) => new()
    {
        UserId = caller.Id,
        Key = key,
        Fingerprint = fingerprint,
        JobId = job,
        CreatedAt = clock.GetUtcNow().UtcDateTime,
    };
}
