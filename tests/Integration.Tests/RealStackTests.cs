using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.TestKit;

namespace MultiPanel.Integration.Tests;

/// <summary>The engine on MariaDB, Redis and RabbitMQ with two worker hosts.</summary>
[NonParallelizable]
public sealed class RealStackTests
{
    [Test]
    public async Task A_hundred_clones_end_with_a_vmid_each_and_both_workers_did_some()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Stores = await SiteStores.RealAsync(), Workers = 2 });
        var jobs = new List<Data.Jobs.Job>();
        for (var i = 0; i < 100; i++)
        {
            jobs.Add(await site.CloneAsync(name: $"web{i}", company: i % 3));
        }

        var ended = new List<Data.Jobs.Job>();
        foreach (var job in jobs)
        {
            ended.Add(await site.EndedAsync(job));
        }

        var made = site.Proxmox.Vms.Where(vm => vm.Tags.Contains("multipanel")).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(ended.Select(job => job.Status), Is.All.EqualTo(JobStatus.Succeeded), string.Join('\n', ended.Select(job => job.Error)));
            Assert.That(made, Has.Count.EqualTo(100));
            Assert.That(made.Select(vm => vm.VmId), Is.Unique);
            Assert.That(ended.SelectMany(job => job.Steps).Select(step => step.Worker).OfType<string>().Distinct().Count(), Is.EqualTo(2));
            Assert.That(site.Proxmox.Nodes.Max(node => site.Proxmox.MaxConcurrentTasks(node, "qmclone")), Is.LessThanOrEqualTo(4));
        });
    }

    [Test]
    public async Task Redis_emptied_in_the_middle_of_clones_loses_none_of_them()
    {
        var stores = await SiteStores.RealAsync();
        await using var site = await Site.StartAsync(new SiteOptions { Stores = stores, Workers = 2 });
        var jobs = new List<Data.Jobs.Job>();
        for (var i = 0; i < 10; i++)
        {
            jobs.Add(await site.CloneAsync(name: $"web{i}"));
        }

        await site.UntilAsync(jobs[0], job => job.Steps.Exists(step => step is { Name: CloneVmSteps.Clone, Upid: not null }), "its clone runs");
        await stores.FlushRedisAsync();

        foreach (var job in jobs)
        {
            Assert.That((await site.EndedAsync(job)).Status, Is.EqualTo(JobStatus.Succeeded));
        }

        Assert.That(site.Proxmox.Vms.Count(vm => vm.Tags.Contains("multipanel")), Is.EqualTo(10));
    }

    [Test]
    public async Task A_job_whose_command_was_never_sent_is_sent_by_the_reconciler()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Stores = await SiteStores.RealAsync(), Workers = 2 });
        var job = await site.CloneAsync(send: false);

        Assert.That((await site.EndedAsync(job)).Status, Is.EqualTo(JobStatus.Succeeded));
    }
}
