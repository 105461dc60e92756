using System.Diagnostics;
using MultiPanel.Bench.Report;
using MultiPanel.Bench.Stack;

namespace MultiPanel.Bench.Parts;

/// <summary>Whether lists, filters and the quota's check stay quick as jobs add up.</summary>
internal sealed class History : Part
{
    private const int Few = 1_000, Many = 100_000;

    /// <summary>Of each kind.</summary>
    private const int Requests = 30;

    public override int Place => 7;

    public override string About => $"{Requests} requests, one after the other, the slowest of the quickest quarter (other load on the machine shows least there), with {Many} jobs of one company in history against {Few}; no worker runs.";

    public override async Task<IReadOnlyList<Row>> MeasureAsync(Surroundings surroundings, CancellationToken stopping)
    {
        await using var panel = await Panel.StartAsync(surroundings, Name, new PanelOptions { Site = new Site { Vms = 20 } }, stopping);
        var company = (await panel.Client.SendAsync(
            HttpMethod.Post, "/api/companies", new { name = "Acme", max_vms = 1_000_000, max_vcpus = 1_000_000, max_memory_mb = 1_000_000_000, max_disk_gb = 1_000_000_000 }, stopping))["id"]!.GetValue<int>();
        await panel.CommandAsync("/api/templates/register", new { cluster_id = panel.ClusterIds[0], vmid = Site.FirstTemplateVmId }, stopping);
        await panel.AllOverAsync(TimeSpan.FromMinutes(2), stopping);
        await panel.AllSucceededAsync();
        var template = (await panel.Client.ListAsync("/api/templates", stopping)).Single()["id"]!.GetValue<int>();
        await panel.Workers[0].KillAsync();

        await PastJobs.AddAsync(panel.Database, 1, Few, company);
        await AskAsync(panel, company, template, stopping);
        var few = new List<Dictionary<string, double>> { await AskAsync(panel, company, template, stopping), await AskAsync(panel, company, template, stopping) };
        await PastJobs.AddAsync(panel.Database, Few + 1, Many - Few, company);
        await AskAsync(panel, company, template, stopping);
        var many = new List<Dictionary<string, double>> { await AskAsync(panel, company, template, stopping), await AskAsync(panel, company, template, stopping) };
        return [.. many[0].Keys.Select(what => new Row(
            $"{what}, ms", [.. many.Select(run => run[what])], [.. few.Select(run => run[what])], Goal.AtMost(1.5, "≤ 1.5×")))];
    }

    private static async Task<Dictionary<string, double>> AskAsync(Panel panel, int company, int template, CancellationToken stopping)
    {
        var since = DateTime.UtcNow.AddDays(-2).AddMinutes(-10).ToString("yyyy-MM-ddTHH:mm:ssZ", null);
        var took = new Dictionary<string, double>();
        foreach (var (what, query) in new[]
        {
            ("first page", ""),
            ("filter: company", $"&company_id={company}"),
            ("filter: failed", "&status=failed"),
            ("filter: running (none)", "&status=running,cancelling"),
            ("filter: kind", "&kind=vm.snapshot"),
            ("filter: a kind that is rare", "&kind=template.register"),
            ("filter: one VM", "&target_type=vm&target_id=7"),
            ("filter: since", $"&since={since}"),
        })
        {
            took[what] = await QuickAsync(_ => panel.Client.SendAsync(HttpMethod.Get, $"/api/jobs?limit=50{query}", null, stopping));
        }

        var deep = $"/api/jobs?limit=50&cursor={Uri.EscapeDataString(await DeepAsync(panel, stopping))}";
        took["a page in the middle"] = await QuickAsync(_ => panel.Client.SendAsync(HttpMethod.Get, deep, null, stopping));
        took["usage against the quotas"] = await QuickAsync(_ => panel.Client.SendAsync(HttpMethod.Get, $"/api/companies/{company}/usage", null, stopping));
        var round = Guid.NewGuid().ToString("N")[..8];
        took["quota check: accepting a VM"] = await QuickAsync(
            number => panel.CommandAsync("/api/vms", new { template_id = template, name = $"q{round}{number}", company_id = company }, stopping));
        return took;
    }

    /// <summary>The cursor after ten pages of 50.</summary>
    private static async Task<string> DeepAsync(Panel panel, CancellationToken stopping)
    {
        var cursor = "";
        for (var page = 0; page < 10; page++)
        {
            cursor = await panel.Client.CursorAsync($"/api/jobs?limit=50{(cursor.Length > 0 ? $"&cursor={Uri.EscapeDataString(cursor)}" : "")}", stopping);
        }

        return cursor;
    }

    private static async Task<double> QuickAsync(Func<int, Task> request)
    {
        var all = new List<double>();
        for (var number = 0; number < Requests; number++)
        {
            var watch = Stopwatch.StartNew();
            await request(number);
            all.Add(watch.Elapsed.TotalMilliseconds);
        }

        return all.Percentile(25);
    }
}
