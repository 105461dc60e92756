using System.Text.Json;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Vms;
using MultiPanel.Simulator;
using MultiPanel.TestKit.Processes;

namespace MultiPanel.Standalone.Tests;

/// <summary>The standalone as a newcomer starts it: a process of its own, with nothing set but where its data lies.</summary>
public sealed class StandaloneTests
{
    private DirectoryInfo data = null!;

    [SetUp]
    public void MakeFolder() => data = Directory.CreateTempSubdirectory("multipanel-standalone-");

    [TearDown]
    public void RemoveFolder() => data.Delete(recursive: true);

    [Test]
    public async Task A_vm_is_cloned_watched_started_snapshotted_rolled_back_and_deleted()
    {
        await using var panel = Start();
        using var client = await panel.SignInAsync();
        var template = await client.TemplateAsync("debian12");

        var clone = await client.CommandAsync(HttpMethod.Post, "/api/vms", new { template_id = template, name = "web1", full = true });
        var events = await client.FollowAsync(clone);
        var vm = (await client.GetAsync<JobView>($"/api/jobs/{clone}")).Target.Id;
        var path = $"/api/vms/{vm}";

        Assert.That(events[0].GetProperty("kind").GetString(), Is.EqualTo("vm.create"), "the first event is the whole job");
        Assert.That(events[^1].GetProperty("status").GetString(), Is.EqualTo("succeeded"));
        Assert.That(ClonePercents(events), Is.Ordered.And.Unique.And.Some.InRange(1, 99), "the clone's percentage rises");
        Assert.That(await RunAsync(client, HttpMethod.Post, $"{path}/snapshots", new { name = "clean" }), Is.EqualTo(JobStatus.Succeeded));
        Assert.That(await RunAsync(client, HttpMethod.Post, $"{path}/snapshots/clean/rollback"), Is.EqualTo(JobStatus.Succeeded));
        Assert.That(await RunAsync(client, HttpMethod.Post, $"{path}/start"), Is.EqualTo(JobStatus.Succeeded));
        Assert.That((await client.GetAsync<VmView>(path)).Status, Is.EqualTo(VmStatus.Running));
        Assert.That(await RunAsync(client, HttpMethod.Delete, path), Is.EqualTo(JobStatus.Failed), "Proxmox does not delete a running VM");
        Assert.That(await RunAsync(client, HttpMethod.Post, $"{path}/stop"), Is.EqualTo(JobStatus.Succeeded));
        Assert.That(await RunAsync(client, HttpMethod.Delete, path), Is.EqualTo(JobStatus.Succeeded));
        Assert.That(() => client.GetAsync<VmView>(path), Throws.InstanceOf<HttpRequestException>().With.Message.StartsWith("404"));
    }

    [Test]
    public async Task Killed_in_the_middle_of_twenty_clones_it_ends_them_all_after_a_restart()
    {
        var jobs = new List<Guid>();
        await using (var panel = Start())
        {
            using var client = await panel.SignInAsync();
            var template = await client.TemplateAsync("debian12");
            for (var i = 0; i < 20; i++)
            {
                jobs.Add(await client.CommandAsync(HttpMethod.Post, "/api/vms", new { template_id = template, name = $"web{i}" }));
            }

            await client.FollowAsync(jobs[0]);
            await panel.KillAsync();
        }

        await using (var panel = Start())
        {
            using var client = await panel.SignInAsync();
            var ended = await Task.WhenAll(jobs.Select(client.EndAsync));
            Assert.That(ended.Select(job => job.Status), Is.All.EqualTo(JobStatus.Succeeded), string.Join('\n', ended.Select(job => job.Error)));
            await panel.TerminateAsync();
        }

        await using var proxmox = await PveSimulator.StartAsync(SimulatorOptions.Demo() with { StateFolder = Path.Combine(data.FullName, "proxmox") });
        var made = proxmox["pve-east"].Vms.Where(vm => vm.Tags.Contains("multipanel")).ToList();
        Assert.That(made, Has.Count.EqualTo(20), "no VM is missing and none is extra");
        Assert.That(jobs, Is.All.Matches<Guid>(job => made.Count(vm => vm.Description.Contains(job.ToString(), StringComparison.Ordinal)) == 1));
    }

    [Test]
    public async Task It_looks_up_no_host()
    {
        await using var panel = Start((NameResolutions.Setting.Key, NameResolutions.Setting.Value));
        using var client = await panel.SignInAsync();
        Assert.That(
            await RunAsync(client, HttpMethod.Post, "/api/vms", new { template_id = await client.TemplateAsync("debian12"), name = "web1" }),
            Is.EqualTo(JobStatus.Succeeded));

        await panel.TerminateAsync();

        Assert.That(panel.Said, Does.Contain("listening to host name lookups"));
        Assert.That(NameResolutions.Of(panel.Said), Is.Empty);
    }

    [Test]
    public async Task Wrong_settings_are_listed_all_at_once()
    {
        await using var panel = Start(("PORT", "none"), ("JWT_ACCESS_SECRET", "short"), ("DEMO", "maybe"));

        Assert.That(await panel.ExitsAsync(), Is.Not.Zero);
        Assert.That(panel.Said, Does.Contain("PORT").And.Contain("JWT_ACCESS_SECRET").And.Contain("DEMO"));
    }

    private static List<double> ClonePercents(IReadOnlyList<JsonElement> events) =>
        [.. events.Where(e => e.TryGetProperty("steps", out _))
            .Select(e => e.GetProperty("steps").EnumerateArray().Single(step => step.GetProperty("name").GetString() == "clone"))
            .Where(step => step.GetProperty("status").GetString() == "running" && step.TryGetProperty("percent", out _))
            .Select(step => step.GetProperty("percent").GetDouble()).Distinct()];

    private static async Task<JobStatus> RunAsync(PanelClient client, HttpMethod method, string path, object? body = null) =>
        (await client.RunAsync(method, path, body)).Status;

    private PanelProcess Start(params (string Name, string Value)[] settings)
    {
        var environment = new Dictionary<string, string> { ["DATA_DIR"] = data.FullName, ["PORT"] = "0" };
        foreach (var (name, value) in settings)
        {
            environment[name] = value;
        }

        return PanelProcess.Start("Standalone", environment);
    }
}
