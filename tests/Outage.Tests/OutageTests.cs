using System.Net;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Simulator;
using MultiPanel.Simulator.FaultInjection;
using MultiPanel.TestKit;
using MultiPanel.TestKit.Processes;

namespace MultiPanel.Outage.Tests;

/// <summary>A server that the panel needs is down for a while.</summary>
[NonParallelizable]
public sealed class OutageTests
{
    private Installation installation = null!;
    private PanelClient acme = null!;

    private SimulatedCluster East => installation.Simulator.Clusters[0];

    [OneTimeSetUp]
    public async Task Start()
    {
        installation = await Installation.StartAsync(new InstallationOptions
        {
            OwnBroker = true,
            Simulator = SimulatorOptions.Demo() with { TimeScale = 10 },
            Settings = new Dictionary<string, string> { ["INVENTORY_SECONDS"] = "1" },
        });
        acme = await installation.SignInAsync("acme");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        acme?.Dispose();
        if (installation is not null)
        {
            await installation.DisposeAsync();
        }
    }

    [TearDown]
    public void No_host_has_ended() => Assert.That(
        installation.Workers.Append(installation.Api).Where(host => host.Process.HasExited).Select(host => $"{host.Name}:\n{host.Said}"), Is.Empty);

    [Test]
    public async Task Jobs_of_an_unreachable_cluster_wait_and_say_so_and_the_other_clusters_go_on()
    {
        foreach (var node in East.Nodes)
        {
            await East.Faults.TakeNodeOfflineAsync(node, NodeOutage.ConnectionRefused);
        }

        var waiting = await installation.CloneAsync(acme, 8);
        var others = await installation.CloneAsync(acme, 8, cluster: "pve-west");
        await installation.SucceedAsync(others);
        await installation.UntilAsync(
            waiting,
            job => !job.IsFinal && job.Steps.Exists(step => step.Message?.Contains("cluster pve-east unreachable since ", StringComparison.Ordinal) == true),
            "all wait for their cluster");

        foreach (var node in East.Nodes)
        {
            await East.Faults.BringNodeOnlineAsync(node);
        }

        await installation.SucceedAsync(waiting);
    }

    [Test]
    public async Task Of_an_unreachable_node_only_jobs_that_need_it_wait_or_fail()
    {
        await East.Faults.TakeNodeOfflineAsync("east2", NodeOutage.ConnectionRefused);

        var needing = await installation.CloneAsync(acme, 4, template: "ubuntu2404");
        // With a node named: without one, the panel chooses by what was seen a moment ago, when that node was there.
        var others = await installation.CloneAsync(acme, 8, node: "east1");
        await installation.SucceedAsync(others);
        await East.Faults.BringNodeOnlineAsync("east2");

        var ended = await installation.UntilAsync(needing, job => job.IsFinal, "those that need it end");
        Assert.That(
            ended.Where(job => job.Status == JobStatus.Failed).Select(job => job.Error!.Code), Is.All.EqualTo(JobErrorCodes.NodeUnreachable));
    }

    [Test]
    public async Task Without_the_database_commands_are_refused_whole_and_jobs_go_on_when_it_is_back()
    {
        var before = await installation.CloneAsync(acme, 8);
        var count = await CountAsync();
        await installation.MariaDb.KillAsync();

        for (var i = 0; i < 4; i++)
        {
            using var answer = await acme.SendAsync(
                HttpMethod.Post, "/api/vms", new CreateVmRequest { TemplateId = installation.Tenants.Templates[("pve-east", "debian12")], Name = "refused" }, $"refused-{i}");
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable), await answer.Content.ReadAsStringAsync());
        }

        await installation.MariaDb.StartAsync();
        Assert.That(await CountAsync(), Is.EqualTo(count));
        await installation.SucceedAsync(before);
        await installation.SucceedAsync(await installation.CloneAsync(acme, 2));
    }

    [Test]
    public async Task Without_Redis_commands_are_accepted_and_listed_and_done_when_it_is_back()
    {
        var before = await installation.CloneAsync(acme, 8);
        await installation.Redis.KillAsync();

        var during = await installation.CloneAsync(acme, 4);
        var listed = await acme.GetAsync<IReadOnlyList<JobView>>("/api/jobs?limit=4");
        Assert.That(listed.Select(job => job.Id), Is.EquivalentTo(during));

        await installation.Redis.StartAsync();
        await installation.SucceedAsync([.. before, .. during]);
        var seen = await acme.GetAsync<JobView>($"/api/jobs/{during[0]}");
        Assert.That((seen.Status, seen.Percent), Is.EqualTo((JobStatus.Succeeded, 100)));
    }

    [Test]
    public async Task A_Redis_that_hangs_delays_jobs_and_commands_are_accepted()
    {
        var before = await installation.CloneAsync(acme, 8);
        var said = installation.Workers.ToDictionary(worker => worker, worker => worker.Said.Length);
        await installation.Redis.HangAsync();

        var during = await installation.CloneAsync(acme, 4);
        // Until the calls that were pending have timed out: those are the failures that used to end a host.
        foreach (var worker in installation.Workers)
        {
            await Eventually.IsAsync(
                () => worker.Process.HasExited || worker.Said[said[worker]..].Contains("Timeout", StringComparison.OrdinalIgnoreCase),
                $"{worker.Name} misses Redis", TimeSpan.FromMinutes(1), () => worker.Said);
        }

        await installation.Redis.ResumeAsync();
        await installation.SucceedAsync([.. before, .. during]);
    }

    [Test]
    public async Task Without_the_broker_commands_are_accepted_and_done_when_it_is_back()
    {
        var before = await installation.CloneAsync(acme, 8);
        await installation.Broker.CloseDoorAsync();

        var during = await installation.CloneAsync(acme, 4);

        await installation.Broker.OpenDoorAsync();
        await installation.SucceedAsync([.. before, .. during]);
    }

    [Test]
    public async Task A_broker_that_is_killed_under_load_needs_no_restart_of_ours()
    {
        var before = await installation.CloneAsync(acme, 12);
        IReadOnlyList<Guid> during;
        await installation.RabbitMq!.KillAsync();
        try
        {
            var open = await installation.UntilAsync(before, _ => true, "they are accepted");
            Assert.That(open.Count(job => !job.IsFinal), Is.GreaterThan(0), "it was under load");
            during = await installation.CloneAsync(acme, 4);
            await installation.UntilAsync(during, job => job is { Status: JobStatus.Queued, StartedAt: null }, "they wait for the broker");
        }
        finally
        {
            await installation.RabbitMq.StartAsync(); // the other tests need it too
        }

        var jobs = await installation.SucceedAsync([.. before, .. during]);
        await installation.SucceedAsync(await installation.CloneAsync(acme, 2));
        var made = jobs.Select(job => job.TargetId).ToList();
        await using var db = installation.Database.OpenAll();
        var vmids = await db.Vms.Where(vm => made.Contains(vm.Id)).Select(vm => vm.Vmid).ToListAsync();
        Assert.That(vmids, Has.Count.EqualTo(16).And.Unique.And.No.Null);
        Assert.That(East.Vms.Count(vm => vmids.Contains(vm.VmId)), Is.EqualTo(16), "each is in Proxmox");
    }

    private async Task<(int Jobs, int Vms)> CountAsync()
    {
        await using var db = installation.Database.OpenAll();
        return (await db.Jobs.CountAsync(), await db.Vms.CountAsync(vm => vm.CreatedByJob != null));
    }
}
