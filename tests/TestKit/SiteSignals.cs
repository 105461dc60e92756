using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Data.Jobs;
using MultiPanel.Progress;

namespace MultiPanel.TestKit;

/// <summary>What a test can wait for: signals, never time. The limit only ends a test that would hang.</summary>
public static class SiteSignals
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The job's row once it has its final status.</summary>
    public static Task<Job> EndedAsync(this Site site, Job job) => site.UntilAsync(job, row => row.IsFinal, "it ended");

    /// <summary>The job's row once it satisfies the condition; looked at after each of the job's events.</summary>
    public static async Task<Job> UntilAsync(this Site site, Job job, Func<Job, bool> condition, string what)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var listener = site.Services.GetRequiredService<ProgressFeed>().Listen(change => change.JobId == job.Id);
        while (true)
        {
            await using var db = site.Database.OpenAll();
            var row = await db.Jobs.AsNoTracking().SingleAsync(row => row.Id == job.Id);
            if (condition(row))
            {
                return row;
            }

            try
            {
                await listener.NextAsync(limit.Token);
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested)
            {
                throw new TimeoutException(
                    $"Job {job.Id} never came to where {what}. It is {row.Status}: {string.Join(", ", row.Steps.Select(s => $"{s.Name}={s.Status} ({s.Message})"))} {row.Error}");
            }
        }
    }
}
