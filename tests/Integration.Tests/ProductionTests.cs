using System.Security.Cryptography;
using MultiPanel.Contracts.Clusters;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Simulator;
using MultiPanel.TestKit.Processes;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.Integration.Tests;

/// <summary>As README's production section has it: one Api and two Workers, each a process, all settings by environment.</summary>
[NonParallelizable]
public sealed class ProductionTests
{
    [Test]
    public async Task An_admin_adds_a_cluster_registers_a_template_and_clones_while_a_worker_dies()
    {
        await using var database = await TestServers.MySqlAsync();
        await using var redis = TestServers.Redis();
        await using var rabbit = await TestServers.RabbitMqAsync();
        await using var proxmox = await PveSimulator.StartAsync(SimulatorOptions.Demo() with { TimeScale = 5 });
        var settings = new Dictionary<string, string>
        {
            ["DATABASE_URL"] = database.Url,
            ["REDIS_URL"] = redis.Url,
            ["RABBITMQ_URL"] = rabbit.Url,
            ["JWT_ACCESS_SECRET"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(48)),
            ["JWT_REFRESH_SECRET"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(48)),
            ["ENCRYPTION_KEY"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["MULTIPANEL_ADMIN_PASSWORD"] = "correct horse battery",
            ["PORT"] = "0",
        };
        await using (var migrate = PanelProcess.Start("Api", settings, "migrate"))
        {
            Assert.That(await migrate.ExitsAsync(), Is.Zero, migrate.Said);
        }

        await using var api = PanelProcess.Start("Api", settings);
        await using var first = PanelProcess.Start("Workers", settings);
        await using var second = PanelProcess.Start("Workers", settings);
        var line = await api.SaysAsync(line => line.Contains("Now listening on:", StringComparison.Ordinal), "where it listens");
        await api.SaysAsync(said => said.Contains("The database is ready", StringComparison.Ordinal), "that it can be used");
        using var client = new PanelClient(new Uri(line.Split(' ')[^1]));
        await client.SignInAsync("admin", "correct horse battery");
        var template = await AddTemplateAsync(client, proxmox.Clusters[0]);

        var jobs = new List<Guid>();
        for (var i = 0; i < 12; i++)
        {
            jobs.Add(await client.CommandAsync(HttpMethod.Post, "/api/vms", new { template_id = template, name = $"web{i}" }));
        }

        await client.FollowAsync(jobs[0]);
        await first.KillAsync();
        var ended = await Task.WhenAll(jobs.Select(client.EndAsync));

        Assert.That(ended.Select(job => job.Status), Is.All.EqualTo(JobStatus.Succeeded), string.Join('\n', ended.Select(job => job.Error)));
        Assert.That(ended.SelectMany(job => job.Steps).Select(step => step.Worker).OfType<string>().Distinct().Count(), Is.EqualTo(2));
        Assert.That(proxmox.Clusters[0].Vms.Count(vm => vm.Tags.Contains("multipanel")), Is.EqualTo(12));
        await second.TerminateAsync();
        await api.TerminateAsync();
        Assert.That((second.ExitCode, api.ExitCode), Is.EqualTo((0, 0)));
    }

    [TestCase("Api", "JWT_ACCESS_SECRET")]
    [TestCase("Workers", "ENCRYPTION_KEY")]
    public async Task A_host_without_settings_lists_them_all_and_ends(string host, string another)
    {
        await using var panel = PanelProcess.Start(host, new Dictionary<string, string> { ["REDIS_URL"] = "http://x" });

        Assert.That(await panel.ExitsAsync(), Is.EqualTo(1));
        Assert.That(panel.Said, Does.Contain("DATABASE_URL").And.Contain("REDIS_URL must").And.Contain("RABBITMQ_URL").And.Contain(another));
    }

    private static async Task<int> AddTemplateAsync(PanelClient client, SimulatedCluster cluster)
    {
        var added = await client.PostAsync<ClusterView>("/api/clusters", new ClusterRequest
        {
            Name = "east",
            Endpoints = [.. cluster.Endpoints.Select(endpoint => endpoint.ToString())],
            Auth = ClusterAuth.Token,
            Identity = cluster.TokenId,
            Secret = cluster.TokenSecret,
            Fingerprint = cluster.Fingerprint,
        });
        var registered = await client.RunAsync(HttpMethod.Post, "/api/templates/register", new { cluster_id = added.Id, vmid = 9010 });
        Assert.That(registered.Status, Is.EqualTo(JobStatus.Succeeded), registered.Error?.ToString());
        return registered.Target.Id!.Value;
    }
}
