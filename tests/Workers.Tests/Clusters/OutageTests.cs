using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data.Jobs;
using MultiPanel.Simulator.FaultInjection;
using MultiPanel.TestKit;

namespace MultiPanel.Workers.Tests.Clusters;

/// <summary>An unreachable cluster or node makes its own jobs wait, visibly, and no others.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class OutageTests
{
    [Test]
    public async Task All_jobs_of_an_unreachable_cluster_say_so_with_one_time_and_go_on_by_themselves()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var (first, second) = (await site.MakeVmAsync("first"), await site.MakeVmAsync("second"));
        site.ProxmoxClock.Stop();
        var running = await site.OperateAsync(first.Id, VmAction.Start);
        await site.UntilAsync(running, row => row.Steps[0].Upid is not null, "it runs");
        await site.GoDownAsync();

        var waiting = await site.OperateAsync(second.Id, VmAction.Start);
        var clone = await site.CloneAsync(name: "third", with: clone => clone with { Start = false });
        var since = Since((await site.UntilAsync(waiting, row => row.Steps[0].Message?.Contains("unreachable", StringComparison.Ordinal) == true, "it waits")).Steps[0].Message!);
        var other = await site.UntilAsync(clone, row => row.Steps[0].Message?.Contains("unreachable", StringComparison.Ordinal) == true, "it waits");
        var reported = await site.SeesAsync(
            there => there.ReportedAsync(running), changes => changes.Any(change => change.Contains("unreachable since", StringComparison.Ordinal)), "the running one says so");

        Assert.That(Since(other.Steps[0].Message!), Is.EqualTo(since));
        Assert.That(reported.Last(change => change.Contains("unreachable since", StringComparison.Ordinal)), Does.Contain(since).And.Contain($"cluster {site.Cluster.Name}"));

        await site.ComeBackAsync();
        site.ProxmoxClock.Go();
        await site.SucceededAsync(running);
        await site.SucceededAsync(waiting);
        await site.SucceededAsync(clone);
    }

    [Test]
    public async Task Another_clusters_jobs_go_on_meanwhile()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        await site.GoDownAsync();
        var waiting = new List<Job>();
        for (var number = 0; number < 20; number++)
        {
            waiting.Add(await site.CloneAsync(name: $"web{number}"));
        }

        await site.UntilAsync(waiting[^1], row => row.Steps[0].Message?.Contains("unreachable", StringComparison.Ordinal) == true, "they wait");
        await using var db = site.Database.OpenAll();
        var elsewhere = await db.Vms.AsNoTracking().FirstAsync(row => row.Name == "win2022" && row.ClusterId != site.Cluster.Id);
        await site.DoAsync(elsewhere, VmAction.Reconfigure, change => change with { Changes = new VmChanges { Cores = 7 } });

        Assert.That(site.Simulator.Clusters[1].Vm(elsewhere.Vmid!.Value)!.Config["cores"], Is.EqualTo("7"));
        Assert.That((await db.Jobs.AsNoTracking().Where(job => job.ClusterId == site.Cluster.Id).ToListAsync()).Select(job => job.IsFinal), Is.All.False);
    }

    [Test]
    public async Task A_cluster_that_takes_calls_and_does_not_answer_leaves_consumers_to_the_others()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        site.Proxmox.Faults.Slow(TimeSpan.FromMinutes(1));
        var hanging = new List<Job>();
        for (var number = 0; number < 40; number++)
        {
            hanging.Add(await site.CloneAsync(name: $"web{number}"));
        }

        await using var db = site.Database.OpenAll();
        await site.SeesAsync(_ => db.Jobs.CountAsync(job => job.Status == JobStatus.Running), running => running >= 12, "as many hang as may");
        var template = await db.Vms.AsNoTracking().FirstAsync(row => row.Name == "debian12" && row.ClusterId != site.Cluster.Id);
        await site.SucceededAsync(await site.CloneAsync(name: "elsewhere", of: template));

        Assert.That((await db.Jobs.AsNoTracking().Where(job => job.ClusterId == site.Cluster.Id).ToListAsync()).Select(job => job.Steps[0].FinishedAt), Is.All.Null);
        await site.GoDownAsync();
    }

    [Test]
    public async Task An_unreachable_node_holds_up_only_the_jobs_that_need_it()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var there = await site.MakeVmAsync("there", clone => clone with { Node = "east1" });
        var unreachable = await site.MakeVmAsync("unreachable", clone => clone with { Node = "east2" });
        await site.Proxmox.Faults.TakeNodeOfflineAsync("east2", NodeOutage.ConnectionRefused);

        var waiting = await site.OperateAsync(unreachable.Id, VmAction.Start);
        await site.UntilAsync(waiting, row => row.Steps[0].TroubleSince is not null, "it waits for its node");
        await site.DoAsync(there, VmAction.Start);

        site.Advance(TimeSpan.FromMinutes(2));
        var failed = await site.EndedAsync(waiting);
        Assert.That((failed.Status, failed.Error!.Code), Is.EqualTo((JobStatus.Failed, JobErrorCodes.NodeUnreachable)));
        Assert.That(failed.Error.Message, Does.Contain("east2"));
    }

    private static string Since(string message)
    {
        var words = message[(message.IndexOf("since ", StringComparison.Ordinal) + 6)..];
        return words[..words.IndexOf(" UTC", StringComparison.Ordinal)];
    }
}
