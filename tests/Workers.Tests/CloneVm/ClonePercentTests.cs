using System.Text.Json.Nodes;
using MultiPanel.Contracts;
using MultiPanel.Simulator;
using MultiPanel.TestKit;

namespace MultiPanel.Workers.Tests;

public sealed class ClonePercentTests
{
    [Test]
    public async Task The_percentage_rises_while_proxmox_copies_and_never_falls()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Simulator = SimulatorOptions.Demo() with { TimeScale = 8 } });
        var job = await site.CloneAsync(template: "win11", with: clone => clone with { Full = true, Start = false });
        await site.SucceededAsync(job);

        var told = (await site.ToldAsync(job)).Select(change => JsonNode.Parse(change)!.AsObject()).ToList();
        var percents = told.Where(change => change.ContainsKey("percent")).Select(change => (double)change["percent"]!).ToList();
        var copying = told.Where(change => (string?)change["step"]?["name"] == CloneVmSteps.Clone && change["step"]!["percent"] is not null)
            .Select(change => (double)change["step"]!["percent"]!).ToList();

        Assert.That(percents, Is.Ordered);
        Assert.That(percents[^1], Is.EqualTo(100));
        Assert.That(copying, Is.Ordered);
        Assert.That(copying.Where(percent => percent is > 0 and < 100).Distinct().Count(), Is.GreaterThanOrEqualTo(3), string.Join(' ', copying));
    }
}
