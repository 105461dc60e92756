using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Audit;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Data;
using MultiPanel.Data.Audit;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Secrets;

namespace MultiPanel.Api.Start;

/// <summary>
/// Seals with the current key what an older key has sealed: the clusters' secrets, and the secrets in the commands of jobs
/// that may still run. It may run while the panel runs, and repeatedly: a cluster whose secret is changed meanwhile keeps the
/// new secret, and a worker that read a job's row before reads it again before it writes it.
/// </summary>
internal sealed class SecretRotation(PanelDatabase database, SecretBox secrets)
{
    private const int Batch = 200;

    private readonly List<string> problems = [];

    /// <summary>The secrets that no key opens, each with its owner.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <returns>How many secrets were sealed with the current key.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation = default)
    {
        var done = await ClustersAsync(cancellation) + await JobsAsync(cancellation);
        await NoteAsync(done, cancellation);
        return done;
    }

    /// <summary>No request writes this to the audit log. Who ran the command is in the machine's own logs.</summary>
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
            TargetName = $"{done} sealed with the current key, {problems.Count} not opened",
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
            if (Reseal(cluster.SealedSecret, $"cluster '{cluster.Name}'") is { } sealedAgain)
            {
                done += await db.Clusters.Where(c => c.Id == cluster.Id && c.SealedSecret == cluster.SealedSecret)
                    .ExecuteUpdateAsync(c => c.SetProperty(x => x.SealedSecret, sealedAgain), cancellation);
            }
        }

        return done;
    }

    /// <summary>Failed jobs too: they can be retried.</summary>
    private async Task<int> JobsAsync(CancellationToken cancellation)
    {
        var (done, after) = (0, Guid.Empty);
        var workflows = WorkflowCatalog.Queues(workflow => workflow.Command.IsAssignableTo(typeof(IHasSecrets)));
        await using var db = database.OpenAll();
        while (true)
        {
            var jobs = await db.Jobs.AsNoTracking()
                .Where(job => workflows.Contains(job.Workflow) && job.Status != JobStatus.Succeeded && job.Status != JobStatus.Cancelled && job.Id.CompareTo(after) > 0)
                .OrderBy(job => job.Id).Take(Batch).Select(job => new { job.Id, job.Workflow, job.Command }).ToListAsync(cancellation);
            if (jobs.Count == 0)
            {
                return done;
            }

            foreach (var job in jobs)
            {
                var (command, resealed) = (job.Command, 0);
                foreach (var secret in ((IHasSecrets)JobWorkflow.ReadCommand(job.Workflow, job.Command)).SealedSecrets)
                {
                    if (Reseal(secret, $"job {job.Id}") is { } sealedAgain)
                    {
                        (command, resealed) = (command.Replace(secret, sealedAgain, StringComparison.Ordinal), resealed + 1);
                    }
                }

                // The new revision makes a worker that holds the old row fail to write it back, and read it again.
                done += resealed == 0 ? 0 : resealed * await db.Jobs.Where(row => row.Id == job.Id && row.Command == job.Command).ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.Command, command).SetProperty(row => row.Revision, row => row.Revision + 1), cancellation);
            }

            after = jobs[^1].Id;
        }
    }

    /// <returns>Null: the current key sealed it, or no key opens it.</returns>
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
