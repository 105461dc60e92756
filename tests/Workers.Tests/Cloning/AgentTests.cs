using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Vms;
using MultiPanel.Hosting.Clusters;
using MultiPanel.Hosting.Vms;
using MultiPanel.TestKit;

namespace MultiPanel.Workers.Tests.Cloning;

/// <summary>A guest agent that never answers.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class AgentTests
{
    /// <summary>The first VMID that a site takes.</summary>
    private const int First = 1000;

    [Test]
    public async Task A_silent_agent_fails_the_job_after_its_limit_if_it_was_to_be_waited_for()
    {
        await using var site = await Site.StartAsync();
        site.Proxmox.Faults.KeepAgentDown(First);
        var job = await site.CloneAsync(with: clone => clone with { WaitForAgent = true });
        await site.UntilAsync(job, Waits, "it waits for the agent");

        site.Advance(TimeSpan.FromMinutes(6));
        var ended = await site.EndedAsync(job);

        Assert.That((ended.Status, ended.Error!.Code), Is.EqualTo((JobStatus.Failed, JobErrorCodes.AgentSilent)), ended.Error.ToString());
        Assert.That(ended.Error.Message, Does.Contain("web1").And.Contain("5 minutes"));
        Assert.That(ended.Error.Detail, Is.EqualTo("QEMU guest agent is not running"));
        Assert.That(ended.Error.Undone, Is.Not.Empty);
        Assert.That(site.Proxmox.Vm(First), Is.Null);
        Assert.That(await site.RowAsync(job.TargetId), Is.Null);
    }

    [Test]
    public async Task A_silent_agent_that_was_not_asked_for_is_no_failure()
    {
        await using var site = await Site.StartAsync();
        site.Proxmox.Faults.KeepAgentDown(First);
        var job = await site.CloneAsync();
        await site.UntilAsync(job, Waits, "it waits for the agent");

        site.Advance(TimeSpan.FromSeconds(70));
        var ended = await site.SucceededAsync(job);

        Assert.That(ended.Steps[^1].Status, Is.EqualTo(StepStatus.Skipped));
        Assert.That(site.Proxmox.Vm(First)!.Status, Is.EqualTo("running"));
        Assert.That((await site.RowAsync(job.TargetId))!.Status, Is.EqualTo(VmStatus.Running));
    }

    [Test]
    public async Task An_agent_that_comes_late_is_waited_for_and_gives_its_address()
    {
        await using var site = await Site.StartAsync();
        site.Proxmox.Faults.KeepAgentDown(First);
        var job = await site.CloneAsync(with: clone => clone with { WaitForAgent = true });
        await site.UntilAsync(job, Waits, "it waits for the agent");

        site.Proxmox.Faults.KeepAgentDown(First, down: false);
        await site.CallAsync(HttpMethod.Post, $"/nodes/{(await site.RowAsync(job.TargetId))!.Node}/qemu/{First}/status/reset");
        await site.SucceededAsync(job);

        Assert.That((await site.RowAsync(job.TargetId))!.Addresses, Is.Not.Empty);
    }

    /// <summary>Each silent one holds one of its node's three workers for three seconds.</summary>
    [Test]
    public async Task The_agents_of_a_node_are_asked_one_at_a_time()
    {
        await using var site = await Site.StartAsync();
        var services = site.Workers[^1].Services;
        site.Proxmox.Faults.Slow(TimeSpan.FromMinutes(5), path: "/nodes/east1/qemu/9010/agent/*");
        using var limit = new CancellationTokenSource();
        var first = services.GetRequiredService<AgentQuestions>().AskAsync(
            services.GetRequiredService<ClusterClients>().For(site.Cluster), site.Cluster.Id, "east1", 9010, [], waits: true, limit.Token);
        var job = await site.CloneAsync(with: clone => clone with { Node = "east1" });

        await site.UntilAsync(
            job, row => row.IsFinal || row.Steps[^1].Message?.Contains("another VM's agent on east1", StringComparison.Ordinal) == true, "it waits for its turn");
        Assert.That(site.Proxmox.Calls.Keys, Has.None.Contains($"agent/ping"));
        Assert.That((await site.UntilAsync(job, _ => true, "it is read")).IsFinal, Is.False);
        await limit.CancelAsync();

        await site.SucceededAsync(job);
        Assert.That((await site.RowAsync(job.TargetId))!.Addresses, Is.Not.Empty);
        Assert.That(() => first, Throws.InstanceOf<OperationCanceledException>());
    }

    private static bool Waits(Data.Jobs.Job row) => row.Steps[^1] is { Name: CloneVmSteps.Agent, Status: StepStatus.Waiting };
}
