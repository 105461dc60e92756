using System.Threading.Channels;
using System.Threading.RateLimiting;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Data;
using MultiPanel.Data.Audit;

namespace MultiPanel.Api.Audit;

/// <summary>Appends to the audit log. What the database does not take this moment is kept, and written when it is back.</summary>
internal sealed class AuditLog(PanelDatabase database, ILogger<AuditLog> log) : BackgroundService
{
    /// <summary>Lines a minute of one address where nobody is signed in: a flood shall not fill the disk.</summary>
    private const int AnonymousLines = 150;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

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
        catch (Exception away) when (DatabaseFailures.IsDatabase(away))
        {
            Keep(entry, away);
        }
    }

    public override void Dispose()
    {
        anonymous.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await late.Reader.WaitToReadAsync(stoppingToken))
        {
            while (late.Reader.TryPeek(out var entry))
            {
                try
                {
                    await SaveAsync(entry);
                    late.Reader.TryRead(out _);
                }
                catch (Exception away) when (DatabaseFailures.IsDatabase(away))
                {
                    await Task.Delay(Pause, stoppingToken);
                }
            }
        }
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

    private void Keep(AuditEntry entry, Exception away)
    {
        if (late.Writer.TryWrite(entry))
        {
            log.LogWarning("The database does not take the audit log: {Why}; kept until it does", away.GetBaseException().Message);
            return;
        }

        // The log is then the only place that has it.
        log.LogError(
            away, "Audit entry lost: {At:O} {User} from {Address}: {Action} on {Type} {Target}: {Status}",
            entry.At, entry.Username, entry.Address, entry.Action, entry.TargetType, entry.TargetId, entry.Status);
    }
}
