using System.Threading.Channels;
using System.Threading.RateLimiting;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Data;
using MultiPanel.Data.Audit;
using MultiPanel.Progress.Loops;

namespace MultiPanel.Api.Audit;

/// <summary>Appends to the audit log. Entries that an unreachable database does not take are kept in memory and written when it is back.</summary>
internal sealed class AuditLog(PanelDatabase database, TimeProvider clock, ILogger<AuditLog> log) : RepeatingService(log, clock)
{
    /// <summary>Lines a minute of one address where no user is signed in: a flood must not fill the disk.</summary>
    private const int AnonymousLines = 150;

    private readonly Channel<AuditEntry> late = Channel.CreateBounded<AuditEntry>(new BoundedChannelOptions(10_000));

    private readonly PartitionedRateLimiter<string> anonymous = PartitionedRateLimiter.Create<string, string>(
        address => RateLimitPartition.GetFixedWindowLimiter(address, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = AnonymousLines,
            Window = TimeSpan.FromMinutes(1),
        }));

    public async Task WriteAsync(AuditEntry entry, bool isAnonymous)
    {
        if (isAnonymous && entry.Status >= 400)
        {
            using var lease = anonymous.AttemptAcquire(entry.Address);
            if (!lease.IsAcquired)
            {
                return;
            }
        }

        try
        {
            await SaveAsync(entry);
        }
        catch (Exception failure) when (DatabaseFailures.IsUnreachable(failure))
        {
            Keep(entry, failure);
        }
        catch (Exception refused) when (DatabaseFailures.IsDatabase(refused))
        {
            LogLost(entry, refused);
        }
    }

    public override void Dispose()
    {
        anonymous.Dispose();
        base.Dispose();
    }

    protected override Task RunAsync(RoundLoop loop, CancellationToken stopping) => loop.RunAsync(WriteNextAsync, stopping);

    /// <summary>The entry stays first in the queue until the database has it: audit entries keep their order.</summary>
    private async Task WriteNextAsync(CancellationToken stopping)
    {
        await late.Reader.WaitToReadAsync(stopping);
        if (!late.Reader.TryPeek(out var entry))
        {
            return;
        }

        try
        {
            await SaveAsync(entry);
        }
        catch (Exception refused) when (!DatabaseFailures.IsUnreachable(refused))
        {
            // It would be refused again and hold up all behind it.
            LogLost(entry, refused);
        }

        late.Reader.TryRead(out _);
    }

    private async Task SaveAsync(AuditEntry entry)
    {
        await using var db = database.OpenAll();
        db.AuditEntries.Add(await WithJobAsync(db, entry));
        await db.SaveChangesAsync();
    }

    /// <summary>An older job that was cancelled or tried again: what kind, and whose.</summary>
    private static async Task<AuditEntry> WithJobAsync(PanelDb db, AuditEntry entry) =>
        entry is { JobId: { } id, Kind: null } && await db.Jobs.AsNoTracking().SingleOrDefaultAsync(job => job.Id == id) is { } job
            ? new AuditEntry
            {
                At = entry.At,
                UserId = entry.UserId,
                Username = entry.Username,
                TokenId = entry.TokenId,
                TokenName = entry.TokenName,
                CompanyId = job.CompanyId ?? entry.CompanyId,
                Address = entry.Address,
                Action = entry.Action,
                Kind = job.Kind,
                TargetType = job.TargetType,
                TargetId = job.TargetId?.ToString(System.Globalization.CultureInfo.InvariantCulture),
                TargetName = job.TargetName,
                Changed = entry.Changed,
                Result = entry.Result,
                Status = entry.Status,
                Code = entry.Code,
                JobId = id,
            }
            : entry;

    private void Keep(AuditEntry entry, Exception failure)
    {
        if (late.Writer.TryWrite(entry))
        {
            Log.LogWarning("Could not write to the audit log; keeping the entry until the database is back: {Reason}", failure.GetBaseException().Message);
            return;
        }

        LogLost(entry, failure);
    }

    /// <summary>The log is then the only place that has it.</summary>
    private void LogLost(AuditEntry entry, Exception why) => Log.LogError(
        why, "Audit entry lost: {At:O} {User} from {Address}: {Action} on {Type} {Target}: {Status}",
        entry.At, entry.Username, entry.Address, entry.Action, entry.TargetType, entry.TargetId, entry.Status);
}
