using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.TestKit;
using MultiPanel.Workers.Reconciling;

namespace MultiPanel.Workers.Tests.Bulk;

/// <summary>One job for many VMs.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class BulkTests
{
    [Test]
    public async Task Its_percent_and_counts_rise_with_its_children()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var parent = await site.BulkAsync(await VmsAsync(site, 4), VmAction.Start);

        var ended = await site.SucceededAsync(parent);

        var reported = (await site.ReportedAsync(parent)).Select(change => JsonNode.Parse(change)!.AsObject()).ToList();
        var counts = reported.Select(change => change["children"]).OfType<JsonObject>().Select(children => (int)children["succeeded"]!).ToList();
        Assert.That(reported.Where(change => change.ContainsKey("percent")).Select(change => (double)change["percent"]!), Is.Ordered);
        Assert.That(counts, Is.Ordered);
        Assert.That(counts[^1], Is.EqualTo(4));
        Assert.That((ended.Percent, ended.Warnings), Is.EqualTo((100d, 0)));
        Assert.That((await site.ChildrenAsync(parent)).Select(child => child.Status), Is.All.EqualTo(JobStatus.Succeeded));
    }

    [Test]
    public async Task A_child_that_fails_fails_only_itself()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vms = await VmsAsync(site, 3);
        site.Proxmox.Faults.Fail(500, "start failed: no such bridge", times: 1, path: $"/nodes/*/qemu/{vms[1].Vmid}/status/start", method: "POST");

        var parent = await site.SucceededAsync(await site.BulkAsync(vms, VmAction.Start));

        Assert.That(parent.Warnings, Is.EqualTo(1));
        Assert.That(parent.Steps[0].Message, Is.EqualTo("2 succeeded, 1 failed"));
        Assert.That((await site.ChildrenAsync(parent)).Single(child => child.Status == JobStatus.Failed).TargetId, Is.EqualTo(vms[1].Id));
    }

    [Test]
    public async Task It_fails_where_none_succeeded()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vms = await VmsAsync(site, 2);
        site.Proxmox.Faults.Fail(500, "start failed: no such bridge", times: 2, path: "*/status/start", method: "POST");

        var parent = await site.EndedAsync(await site.BulkAsync(vms, VmAction.Start));

        Assert.That((parent.Status, parent.Error!.Code), Is.EqualTo((JobStatus.Failed, JobErrorCodes.ChildrenFailed)));
    }

    [Test]
    public async Task To_cancel_it_cancels_its_children()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vms = await VmsAsync(site, 3);
        site.ProxmoxClock.Stop();
        var parent = await site.BulkAsync(vms, VmAction.Start);
        await site.SeesAsync(there => there.ChildrenAsync(parent), children => children.All(child => child.Steps[0].Upid is not null), "all start");

        Assert.That(await site.CancelAsync(parent), Is.True);
        var ended = await site.EndedAsync(parent);

        Assert.That((ended.Status, ended.Error!.Code), Is.EqualTo((JobStatus.Cancelled, JobErrorCodes.Cancelled)));
        Assert.That((await site.ChildrenAsync(parent)).Select(child => child.Status), Is.All.EqualTo(JobStatus.Cancelled));
        Assert.That(vms.Select(vm => site.InProxmox(vm)!.Status), Is.All.EqualTo("stopped"));
    }

    [Test]
    public async Task Children_that_can_no_longer_be_cancelled_end_by_themselves_and_the_parent_says_how()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vms = await VmsAsync(site, 2);
        site.ProxmoxClock.Stop();
        var parent = await site.BulkAsync(vms, VmAction.Delete);
        await site.SeesAsync(there => there.ChildrenAsync(parent), children => children.All(child => child.Steps[0].Upid is not null), "both are being deleted");

        await site.CancelAsync(parent);
        site.ProxmoxClock.Go();
        var ended = await site.EndedAsync(parent);

        Assert.That((await site.ChildrenAsync(parent)).Select(child => child.Status), Is.All.EqualTo(JobStatus.Succeeded));
        Assert.That(ended.Status, Is.EqualTo(JobStatus.Succeeded), "nothing of it was cancelled");
    }

    [Test]
    public async Task It_ends_although_every_message_that_counts_its_children_was_lost()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false, Resting = ["reconciler", "backlog"] });
        var parent = await site.BulkAsync(await VmsAsync(site, 2), VmAction.Start, send: false);
        await using (var db = site.Database.OpenAll())
        {
            foreach (var child in await db.Jobs.Where(job => job.ParentId == parent.Id).ToListAsync())
            {
                child.Steps = [.. child.Steps.Select(step => step with { Status = StepStatus.Succeeded })];
                child.End(DateTime.UtcNow);
            }

            (await db.Jobs.SingleAsync(job => job.Id == parent.Id)).DispatchedAt = DateTime.UtcNow;
            await db.SaveChangesAsync();
        }

        await site.RoundAsync<JobReconciler>();
        site.Advance(TimeSpan.FromSeconds(30));
        await site.RoundAsync<JobReconciler>();

        Assert.That((await site.EndedAsync(parent)).Status, Is.EqualTo(JobStatus.Succeeded));
    }

    [Test]
    public async Task Its_children_are_counted_once_for_each_that_ends()
    {
        const int count = 30;
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        await using var db = site.Database.OpenAll();
        var stopped = await db.Vms.AsNoTracking().Where(vm => vm.ClusterId == site.Cluster.Id).ToListAsync();
        var parent = await site.BulkAsync([.. Enumerable.Range(0, count).Select(number => stopped[number % stopped.Count])], VmAction.Stop);

        await site.SucceededAsync(parent);

        Assert.That((await site.ReportedAsync(parent)).Count(change => change.Contains("\"children\"", StringComparison.Ordinal)), Is.LessThanOrEqualTo(count + 3));
    }

    private static async Task<IReadOnlyList<Vm>> VmsAsync(Site site, int count) =>
        await Task.WhenAll(Enumerable.Range(0, count).Select(number => site.MakeVmAsync($"web{number}")));
}
