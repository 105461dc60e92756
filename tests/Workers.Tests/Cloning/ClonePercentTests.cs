using System.Text.Json.Nodes;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Data.Jobs;
using MultiPanel.TestKit;

namespace MultiPanel.Workers.Tests.Cloning;

public sealed class ClonePercentTests
{
    [Test]
    public async Task The_percentage_rises_while_proxmox_copies_and_never_falls()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        site.ProxmoxClock.Stop();
        var job = await site.CloneAsync(template: "win11", with: clone => clone with { Full = true, Start = false });
        await site.UntilAsync(job, row => row.Steps[1].Upid is not null, "the clone runs");

        // 64 GiB at 5 GiB/s, thirty times as fast: about 0.43 s.
        for (var seen = 0; seen < 3; seen++)
        {
            site.ProxmoxClock.Advance(TimeSpan.FromMilliseconds(100));
            await site.SeesAsync(there => CopyingAsync(there, job), copying => copying.Distinct().Count() > seen, "the next percentage is reported");
        }

        site.ProxmoxClock.Go();
        await site.SucceededAsync(job);

        var copied = await CopyingAsync(site, job);
        var percents = await NumbersAsync(site, job, change => change["percent"]);
        Assert.That(copied, Is.Ordered);
        Assert.That(percents, Is.Ordered);
        Assert.That(percents[^1], Is.EqualTo(100));
    }

    /// <summary>The clone step's percentages before its end.</summary>
    private static async Task<IReadOnlyList<double>> CopyingAsync(Site site, Job job) =>
        [.. (await NumbersAsync(site, job, change => change["changed_steps"]?.AsArray().FirstOrDefault(step => (string?)step!["name"] == CloneVmSteps.Clone)?["percent"]))
            .Where(percent => percent is > 0 and < 100)];

    private static async Task<IReadOnlyList<double>> NumbersAsync(Site site, Job job, Func<JsonObject, JsonNode?> choose) =>
        [.. (await site.ReportedAsync(job)).Select(change => (double?)choose(JsonNode.Parse(change)!.AsObject())).OfType<double>()];
}
