using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.TestKit;

namespace MultiPanel.Integration.Tests;

/// <summary>What becomes of jobs when an operator deletes the broker's queues under living workers.</summary>
[NonParallelizable]
public sealed class QueueTests
{
    [Test]
    public async Task Every_queue_deleted_while_jobs_run_loses_none_of_them()
    {
        var stores = await SiteStores.RealAsync();
        await using var site = await Site.StartAsync(new SiteOptions { Stores = stores, Workers = 2 });
        var jobs = new List<Data.Jobs.Job>();
        for (var i = 0; i < 12; i++)
        {
            jobs.Add(await site.CloneAsync(name: $"web{i}"));
        }

        await site.UntilAsync(jobs[0], job => job.Steps.Exists(step => step is { Name: CloneVmSteps.Clone, Upid: not null }), "its clone runs");
        Assert.That(await stores.Broker!.DeleteQueuesAsync(), Is.GreaterThan(10));

        foreach (var job in jobs)
        {
            Assert.That((await site.EndedAsync(job)).Status, Is.EqualTo(JobStatus.Succeeded));
        }

        Assert.That(site.Proxmox.Vms.Count(vm => vm.Tags.Contains("multipanel")), Is.EqualTo(12));
    }
}
