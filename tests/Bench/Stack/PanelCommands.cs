namespace MultiPanel.Bench.Stack;

/// <summary>Commands handed in one by one, as scripts and people do.</summary>
internal static class PanelCommands
{
    /// <summary>Requests under way at once.</summary>
    private const int AtOnce = 32;

    /// <returns>The job's id.</returns>
    public static async Task<Guid> CommandAsync(this Panel panel, string path, object? body, CancellationToken stopping)
    {
        var accepted = await panel.Client.SendAsync(HttpMethod.Post, path, body, stopping);
        return accepted["job_id"]!.GetValue<Guid>();
    }

    /// <summary>The same action for each VM; returns when all are accepted.</summary>
    public static Task ActAsync(this Panel panel, string action, IEnumerable<BenchVm> vms, CancellationToken stopping) => Parallel.ForEachAsync(
        vms,
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stopping },
        async (vm, cancellation) => await panel.CommandAsync($"/api/vms/{vm.Id}/{action}", null, cancellation));

    /// <summary>Linked clones of the templates in turn, each by a command of its own; returns when all are accepted.</summary>
    public static Task CloneAsync(this Panel panel, int number, string name, CancellationToken stopping) => Parallel.ForEachAsync(
        Enumerable.Range(0, number),
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stopping },
        async (index, cancellation) =>
        {
            var template = panel.Templates[index % panel.Templates.Count];
            // On the template's node, as the rival does: so the work is spread alike.
            var body = new { name = $"{name}-{index}", node = template.Node, full = false, start = false, cores = 2, memory_mb = 2048, tags = new[] { "bench" } };
            await panel.CommandAsync($"/api/vms/{template.Id}/clone", body, cancellation);
        });

    /// <summary>Waits until no job is left that is not over. Asks the database, which costs the hosts nothing.</summary>
    public static Task AllOverAsync(this Panel panel, TimeSpan most, CancellationToken stopping) =>
        Wait.UntilAsync(async () => await panel.Database.NumberAsync("SELECT COUNT(*) FROM jobs WHERE finished_at IS NULL") == 0, "Ending all jobs", most, stopping, everyMs: 50);

    /// <exception cref="InvalidOperationException">A job did not succeed: there is nothing to compare.</exception>
    public static async Task AllSucceededAsync(this Panel panel)
    {
        var failed = await panel.Database.NumberAsync("SELECT COUNT(*) FROM jobs WHERE status <> 'succeeded'");
        if (failed > 0)
        {
            var error = await panel.Database.TextAsync("SELECT CONCAT(kind, ' ', status, ': ', COALESCE(error, '')) FROM jobs WHERE status <> 'succeeded' LIMIT 1");
            throw new InvalidOperationException($"{failed:0} jobs did not succeed, for example {error}");
        }
    }
}
