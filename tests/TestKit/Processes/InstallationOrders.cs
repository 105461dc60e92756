using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using NUnit.Framework;

namespace MultiPanel.TestKit.Processes;

/// <summary>What tests do with an installation, in their words.</summary>
public static class InstallationOrders
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    /// <summary>Sends so many clones at once.</summary>
    public static async Task<IReadOnlyList<Guid>> CloneAsync(
        this Installation installation, PanelClient client, int count, string cluster = "pve-east", string template = "debian12", bool full = false, string? node = null)
    {
        var made = installation.Tenants.Templates[(cluster, template)];
        var jobs = new Guid[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, _) =>
            jobs[number] = await client.CommandAsync(HttpMethod.Post, "/api/vms", new CreateVmRequest
            {
                TemplateId = made,
                Name = $"{template}-{number}",
                Full = full,
                Node = node,
                Start = false,
            }));
        return jobs;
    }

    /// <summary>The jobs' rows, once all satisfy the condition.</summary>
    public static async Task<IReadOnlyList<Job>> UntilAsync(
        this Installation installation, IReadOnlyList<Guid> ids, Func<Job, bool> condition, string what, TimeSpan? limit = null)
    {
        List<Job> rows = [];
        await Eventually.IsAsync(
            async () =>
            {
                await using var db = installation.Database.OpenAll();
                rows = await db.Jobs.AsNoTracking().Where(job => ids.Contains(job.Id)).ToListAsync();
                return rows.Count == ids.Count && rows.All(condition);
            },
            what, limit ?? Limit, () => string.Join('\n', rows.Where(job => !condition(job)).Select(Describe).Take(10)));
        return rows;
    }

    /// <summary>Waits until all have ended, and fails unless they succeeded.</summary>
    public static async Task<IReadOnlyList<Job>> SucceedAsync(this Installation installation, IReadOnlyList<Guid> ids, TimeSpan? limit = null)
    {
        var rows = await installation.UntilAsync(ids, job => job.IsFinal, "all jobs end", limit);
        Assert.That(rows.Select(job => job.Status), Is.All.EqualTo(JobStatus.Succeeded), string.Join('\n', rows.Select(Describe)));
        return rows;
    }

    /// <returns>Null: its workflow has no such step.</returns>
    public static JobStep? Step(this Job job, string name) => job.Steps.Find(step => step.Name == name);

    private static string Describe(Job job) =>
        $"{job.Id} {job.Kind} {job.Status}: {string.Join(", ", job.Steps.Select(step => $"{step.Name}={step.Status} ({step.Message})"))} {job.Error}";
}
