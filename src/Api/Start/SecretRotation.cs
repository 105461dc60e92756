using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Audit;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Audit;
using MultiPanel.Data.Secrets;

namespace MultiPanel.Api.Start;

/// <summary>
/// Seals again, with today's key, what an older one has sealed: the clusters' secrets, and the cloud-init passwords in the
/// commands of jobs that may still run. A row that somebody changes meanwhile is left to them, so it is safe while the panel
/// runs, and again.
/// </summary>
internal sealed class SecretRotation(PanelDatabase database, SecretBox secrets)
{
    private const int Batch = 200;

    private readonly List<string> problems = [];

    /// <summary>What no key opened, and whose it is.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <returns>How many were sealed again.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation = default)
    {
        var done = await ClustersAsync(cancellation) + await JobsAsync(cancellation);
        await NoteAsync(done, cancellation);
        return done;
    }

    /// <summary>It is no request, so the audit log is told here; who sat at the machine, the machine's own logs know.</summary>
    private async Task NoteAsync(int done, CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        db.AuditEntries.Add(new AuditEntry
        {
            At = TimeProvider.System.GetUtcNow().UtcDateTime,
            Username = "system",
            Address = "local",
            Action = "rotate-secrets",
            TargetType = "secrets",
            TargetName = $"{done} sealed anew, {problems.Count} not opened",
            Result = problems.Count == 0 ? AuditResult.Accepted : AuditResult.Failed,
        });
        await db.SaveChangesAsync(cancellation);
    }

    private async Task<int> ClustersAsync(CancellationToken cancellation)
    {
        var done = 0;
        await using var db = database.OpenAll();
        foreach (var cluster in await db.Clusters.AsNoTracking().ToListAsync(cancellation))
        {
            if (Reseal(cluster.SealedSecret, $"cluster '{cluster.Name}'") is { } anew)
            {
                done += await db.Clusters.Where(c => c.Id == cluster.Id && c.SealedSecret == cluster.SealedSecret)
                    .ExecuteUpdateAsync(c => c.SetProperty(x => x.SealedSecret, anew), cancellation);
            }
        }

        return done;
    }

    /// <summary>Failed ones too: they can be tried again.</summary>
    private async Task<int> JobsAsync(CancellationToken cancellation)
    {
        var (done, workflow, after) = (0, JobMessages.Queue(typeof(CloneVm)), Guid.Empty);
        await using var db = database.OpenAll();
        while (true)
        {
            var jobs = await db.Jobs.AsNoTracking()
                .Where(job => job.Workflow == workflow && job.Status != JobStatus.Succeeded && job.Status != JobStatus.Cancelled && job.Id.CompareTo(after) > 0)
                .OrderBy(job => job.Id).Take(Batch).Select(job => new { job.Id, job.Command }).ToListAsync(cancellation);
            if (jobs.Count == 0)
            {
                return done;
            }

            foreach (var job in jobs)
            {
                if (JsonSerializer.Deserialize<CloneVm>(job.Command, ContractJson.Options)?.CloudInit?.Password is { } password
                    && Reseal(password, $"job {job.Id}") is { } anew)
                {
                    var command = job.Command.Replace(password, anew, StringComparison.Ordinal);
                    done += await db.Jobs.Where(j => j.Id == job.Id && j.Command == job.Command)
                        .ExecuteUpdateAsync(j => j.SetProperty(x => x.Command, command), cancellation);
                }
            }

            after = jobs[^1].Id;
        }
    }

    /// <returns>Null: it is today's already, or nothing opens it.</returns>
    private string? Reseal(string text, string whose)
    {
        if (secrets.IsCurrent(text))
        {
            return null;
        }

        try
        {
            return secrets.Seal(secrets.Open(text));
        }
        catch (Exception closed) when (closed is CryptographicException or FormatException)
        {
            problems.Add($"The secret of {whose} cannot be opened: {closed.Message}");
            return null;
        }
    }
}
