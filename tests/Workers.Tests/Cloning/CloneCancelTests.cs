using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.TestKit;

namespace MultiPanel.Workers.Tests.Cloning;

/// <summary>Wherever a clone is cancelled, nothing of it is left.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CloneCancelTests
{
    [TestCase(CloneVmSteps.Reserve, "/cluster/nextid")]
    [TestCase(CloneVmSteps.Clone, "*/clone")]
    [TestCase(CloneVmSteps.Configure, "*/config")]
    [TestCase(CloneVmSteps.Resize, "*/resize")]
    [TestCase(CloneVmSteps.Start, "*/status/start")]
    [TestCase(CloneVmSteps.Agent, "*/agent/*")]
    public async Task A_clone_cancelled_while_a_step_waits_leaves_nothing(string phase, string path)
    {
        await using var site = await Site.StartAsync();
        foreach (var method in new[] { "POST", "PUT" }.Append(phase == CloneVmSteps.Reserve ? "GET" : "DELETE"))
        {
            site.Proxmox.Faults.Fail(503, "Service Unavailable", times: null, path: path, method: method);
        }

        var job = await site.CloneAsync(with: clone => clone with { DiskGb = 40 });
        await site.UntilAsync(job, row => row.Steps.Exists(step => step.Name == phase && step.Status == StepStatus.Waiting), $"{phase} waits");

        await site.CancelAsync(job);
        var ended = await site.EndedAsync(job);

        await LeftNothingAsync(site, ended);
    }

    [Test]
    public async Task A_clone_cancelled_before_it_was_sent_makes_nothing()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Resting = ["backlog"] });
        var job = await site.CloneAsync(send: false);
        await site.CancelAsync(job);

        await site.RedeliverAsync(job);
        var ended = await site.EndedAsync(job);

        await LeftNothingAsync(site, ended);
        Assert.That(site.Proxmox.Tasks, Is.Empty);
    }

    [Test]
    public async Task A_clone_cancelled_twice_and_delivered_again_ends_cancelled_once()
    {
        await using var site = await Site.StartAsync();
        site.Proxmox.Faults.Fail(503, "Service Unavailable", times: null, path: "*/status/start", method: "POST");
        var job = await site.CloneAsync();
        await site.UntilAsync(job, row => row.Steps.Exists(step => step.Name == CloneVmSteps.Start && step.Status == StepStatus.Waiting), "start waits");

        await Task.WhenAll(site.CancelAsync(job), site.CancelAsync(job), site.RedeliverAsync(job));
        var ended = await site.EndedAsync(job);

        await LeftNothingAsync(site, ended);
        Assert.That(site.Proxmox.Tasks.Count(task => task.Type == "qmdestroy"), Is.EqualTo(1));
    }

    private static async Task LeftNothingAsync(Site site, Data.Jobs.Job ended)
    {
        Assert.That(ended.Status, Is.EqualTo(JobStatus.Cancelled), ended.Error?.ToString());
        Assert.That(ended.Error!.Undone, Is.Not.Empty);
        Assert.That(site.Proxmox.Vms.Where(vm => vm.Name == ended.TargetName), Is.Empty);
        Assert.That(await site.RowAsync(ended.TargetId), Is.Null);
    }
}
