using MultiPanel.TestKit.Processes;

namespace MultiPanel.Standalone.Tests;

/// <summary>The standalone needs no other machine: it looks up none.</summary>
public sealed class NameResolutionTests
{
    [Test]
    public async Task The_standalone_looks_up_no_host_but_this_one()
    {
        var data = Directory.CreateTempSubdirectory("multipanel-standalone-");
        await using var panel = PanelProcess.Start("Standalone", new Dictionary<string, string>([NameResolutions.Setting]) { ["DATA_DIR"] = data.FullName, ["PORT"] = "0" });
        using var client = await panel.SignInAsync();
        await client.FollowAsync(await client.CommandAsync(HttpMethod.Post, "/api/vms", new { template_id = await client.TemplateAsync("debian12"), name = "web1" }));

        await panel.TerminateAsync();

        data.Delete(recursive: true);
        Assert.That(panel.Said, Does.Contain("listening to host name lookups"));
        Assert.That(NameResolutions.Of(panel.Said), Is.SubsetOf(new[] { "127.0.0.1", "localhost" }));
    }
}
