using System.Collections.Concurrent;
using MultiPanel.Data;
using MultiPanel.Data.Audit;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Api.Jobs;

/// <summary>
/// Saves the rows of commands that arrive together in one transaction. A commit waits for the disk, however many rows it
/// has: what arrives during one is saved with the next. A command that arrives alone waits for no other.
/// </summary>
internal sealed class GroupCommit(PanelDatabase database)
{
    /// <summary>Commands in one transaction: more would make those that wait for it wait longer than their own commit takes.</summary>
    private const int Most = 64;

    private readonly ConcurrentQueue<Entry> waiting = new();
    private int committing;

    /// <summary>Saves a new job and what the audit log says of it, both or none.</summary>
    /// <param name="audit">Null: the caller's requests are not audited.</param>
    /// <exception cref="System.Data.Common.DbException">The database refused a row of this call.</exception>
    public Task SaveAsync(Job job, AuditEntry? audit, CancellationToken cancellation)
    {
        var entry = new Entry(job, audit, cancellation);
        waiting.Enqueue(entry);
        if (Interlocked.Exchange(ref committing, 1) == 0)
        {
            _ = Task.Run(CommitAllAsync, CancellationToken.None);
        }

        return entry.Saved.Task;
    }

    private async Task CommitAllAsync()
    {
        do
        {
            while (Next() is { Count: > 0 } group)
            {
                await CommitAsync(group);
            }

            Interlocked.Exchange(ref committing, 0);
        }
        while (!waiting.IsEmpty && Interlocked.Exchange(ref committing, 1) == 0);
    }

    private List<Entry> Next()
    {
        var group = new List<Entry>();
        while (group.Count < Most && waiting.TryDequeue(out var entry))
        {
            if (entry.Cancellation.IsCancellationRequested)
            {
                entry.Saved.SetCanceled(entry.Cancellation);
            }
            else
            {
                group.Add(entry);
            }
        }

        return group;
    }

    private async Task CommitAsync(List<Entry> group)
    {
        var failure = await TryAsync(group);
        if (failure is not null && group.Count > 1 && !DatabaseFailures.IsUnreachable(failure))
        {
            // The database refuses the rows of one; the others must not fail with it.
            foreach (var entry in group)
            {
                await CommitAsync([entry]);
            }

            return;
        }

        foreach (var entry in group)
        {
            if (failure is null)
            {
                entry.Saved.SetResult();
            }
            else
            {
                entry.Saved.SetException(failure);
            }
        }
    }

    /// <returns>Null: all are saved.</returns>
    private async Task<Exception?> TryAsync(List<Entry> group)
    {
        try
        {
            await using var db = database.OpenAll();
            await using var transaction = await db.Database.BeginTransactionAsync();
            await db.InsertAsync([.. group.Select(entry => entry.Job)], default);
            await db.InsertAsync([.. group.Select(entry => entry.Audit).OfType<AuditEntry>()], default);
            await transaction.CommitAsync();
            return null;
        }
        catch (Exception failure)
        {
            return failure; // thrown where it is waited for
        }
    }

    private sealed record Entry(Job Job, AuditEntry? Audit, CancellationToken Cancellation)
    {
        public TaskCompletionSource Saved { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
