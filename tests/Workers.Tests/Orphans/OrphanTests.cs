using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Orphans;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Orphans;
using MultiPanel.TestKit;
using MultiPanel.Workers.Inventory;
using MultiPanel.Workers.Tests.Inventory;

namespace MultiPanel.Workers.Tests.Orphans;

/// <summary>Where Proxmox and the panel do not agree, it is listed; nothing is done about it by itself.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class OrphanTests
{
    [Test]
    public async Task A_marked_vm_without_a_row_is_listed_and_not_taken_in()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        await using (var db = site.Database.OpenAll())
        {
            await db.Vms.Where(row => row.Id == vm.Id).ExecuteDeleteAsync();
        }

        await ShownAsync(site, vm.Vmid!.Value);
        var orphan = (await site.ReadInventoryAsync()).Single();

        Assert.That((orphan.Kind, orphan.Vmid, orphan.OwnerId, orphan.JobId), Is.EqualTo((OrphanKind.VmWithoutOwner, vm.Vmid, (int?)vm.Id, vm.CreatedByJob)));
        await using (var db = site.Database.OpenAll())
        {
            Assert.That(await db.Vms.AnyAsync(row => row.Vmid == vm.Vmid), Is.False);
        }

        Assert.That(await site.ReadInventoryAsync(), Has.Count.EqualTo(1), "once");
        await site.DeleteInProxmoxAsync(vm.Node!, vm.Vmid!.Value);
        await site.SeesAsync(there => Task.FromResult(there.Proxmox.Vm(vm.Vmid!.Value) is null), gone => gone, "it is deleted");
        Assert.That(await site.ReadInventoryAsync(), Is.Empty, "it is settled");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_vm_of_another_panel_is_neither_an_orphan_nor_in_the_list(bool tagged)
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        await site.ReadInventoryAsync();
        var there = site.InProxmox(vm)!;
        await site.CallAsync(HttpMethod.Put, $"/nodes/{vm.Node}/qemu/{vm.Vmid}/config",
            ("description", Regex.Replace(there.Description!, "panel=[0-9a-f]{12}", "panel=0123456789ab")),
            ("tags", tagged ? Regex.Replace(string.Join(';', there.Tags), "mp-panel-[0-9a-f]{12}", "mp-panel-0123456789ab") : ""));
        await using var db = site.Database.OpenAll();
        await db.Vms.Where(row => row.Id == vm.Id).ExecuteDeleteAsync();

        await site.SeesAsync(ListedTagsAsync, tags => (tags.GetValueOrDefault(vm.Vmid!.Value) ?? "").Contains("0123456789ab", StringComparison.Ordinal) == tagged && !(tags.GetValueOrDefault(vm.Vmid!.Value) ?? "").Contains(there.Tags.Last(tag => tag.StartsWith("mp-panel-", StringComparison.Ordinal)), StringComparison.Ordinal), "Proxmox lists its tags");

        Assert.That(await site.ReadInventoryAsync(), Is.Empty);
        Assert.That(await db.Vms.AnyAsync(row => row.Vmid == vm.Vmid), Is.False);
    }

    [Test]
    public async Task A_vm_of_ours_that_was_deleted_in_proxmox_is_listed_and_its_row_stays()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        await DestroyAsync(site, vm);

        var orphan = (await site.ReadInventoryAsync()).Single();

        Assert.That((orphan.Kind, orphan.Vmid, orphan.OwnerId), Is.EqualTo((OrphanKind.OwnerWithoutVm, vm.Vmid, (int?)vm.Id)));
        Assert.That(await site.RowAsync(vm.Id), Is.Not.Null);
        await site.DoAsync(vm, VmAction.Delete);
        Assert.That(await site.ReadInventoryAsync(), Is.Empty, "deleted here too");
    }

    [Test]
    public async Task Nothing_is_listed_or_settled_while_the_cluster_cannot_be_seen()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var (gone, there) = (await site.MakeVmAsync("gone"), await site.MakeVmAsync("there"));
        await DestroyAsync(site, gone);
        site.Proxmox.Faults.Fail(500, "got timeout", times: null, path: $"/nodes/*/qemu/{gone.Vmid}/*", method: "GET");
        Assert.That(await site.ReadInventoryAsync(), Is.Empty, "it is unknown, not gone");
        site.Proxmox.Faults.Clear();
        Assert.That(await site.ReadInventoryAsync(), Has.Count.EqualTo(1));

        await site.GoDownAsync();
        Assert.That(await site.ReadInventoryAsync(), Has.Count.EqualTo(1));
        Assert.That(await site.RowAsync(there.Id), Is.Not.Null);
    }

    [Test]
    public async Task Nothing_is_listed_while_a_job_works_on_it()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false, Resting = ["reconciler", "backlog"] });
        var vm = await site.MakeVmAsync();
        await DestroyAsync(site, vm);
        var job = await site.OperateAsync(vm.Id, VmAction.Delete, send: false);
        Assert.That(await site.ReadInventoryAsync(), Is.Empty);

        await site.CancelAsync(job);
        await site.RedeliverAsync(job);
        await site.EndedAsync(job);
        Assert.That(await site.ReadInventoryAsync(), Has.Count.EqualTo(1), "it is over");
    }

    [Test]
    public async Task A_clone_killed_half_way_leaves_a_listed_orphan_that_goes_when_it_is_removed()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        site.ProxmoxClock.Stop();
        var job = await site.CloneAsync();
        var running = await site.UntilAsync(job, row => row.Steps[1].Upid is not null, "the clone runs");
        site.Proxmox.Faults.KillTask(running.Steps[1].Upid!);
        site.ProxmoxClock.Go();
        await site.UntilAsync(job, row => row.Steps.Exists(step => step is { Name: JobStep.Undo, Status: StepStatus.Waiting }), "the undoing waits");
        site.Advance(TimeSpan.FromSeconds(30));
        await site.EndedAsync(job);
        var vm = (await site.RowAsync(job.TargetId))!;

        site.Advance(TimeSpan.FromMinutes(1));
        var orphan = (await site.ReadInventoryAsync()).Single();
        Assert.That((orphan.Kind, orphan.Vmid, orphan.JobId), Is.EqualTo((OrphanKind.Unfinished, vm.Vmid, (Guid?)job.Id)));
        Assert.That(orphan.Message, Does.Contain($"qm unlock {vm.Vmid}"));

        site.Proxmox.Faults.SetConfigLock(vm.Vmid!.Value, null);
        await DestroyAsync(site, vm);
        await site.ReadInventoryAsync();
        Assert.That(await site.ReadInventoryAsync(), Is.Empty, "settled");
        Assert.That(await site.RowAsync(vm.Id), Is.Null, "its VMID is free");
    }

    [Test]
    public async Task A_reservation_whose_job_failed_and_whose_vm_does_not_exist_is_given_up()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false, Resting = ["reconciler", "backlog"] });
        var job = await FailedAsync(site, vmid: 4711);

        await site.ReadInventoryAsync();
        Assert.That(await site.RowAsync(job.TargetId), Is.Not.Null, "a job just over may still be about to write its row");
        site.Advance(TimeSpan.FromMinutes(1));
        await site.GoDownAsync();
        await site.ReadInventoryAsync();
        Assert.That(await site.RowAsync(job.TargetId), Is.Not.Null, "what cannot be seen is not given up");
        await site.ComeBackAsync();
        await GivenUpAsync(site, job);
    }

    [Test]
    public async Task What_can_never_be_seen_does_not_keep_the_rest_from_being_looked_at()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false, Resting = ["reconciler", "backlog"] });
        for (var number = 0; number < 25; number++)
        {
            await FailedAsync(site, vmid: 5000 + number);
        }

        var job = await FailedAsync(site, vmid: 6000);
        // Not of the kind that the client tries again: the round would take half a minute.
        site.Proxmox.Faults.Fail(500, "unable to read the configuration", times: null, path: "/nodes/*/qemu/50*", method: "GET");
        site.Advance(TimeSpan.FromMinutes(1));

        await GivenUpAsync(site, job);
    }

    [Test]
    public async Task A_round_asks_the_database_as_often_for_many_as_for_few()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false, Resting = ["reconciler", "backlog"] });
        var few = await CountAsync(site, from: 4000, failed: 2);
        var many = await CountAsync(site, from: 5000, failed: 15);

        Assert.That((many.Reads, many.Deletes), Is.EqualTo((few.Reads, few.Deletes)));
    }

    [Test]
    public async Task What_is_still_so_is_written_once_a_minute_at_most()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        await DestroyAsync(site, await site.MakeVmAsync());
        var found = (await site.ReadInventoryAsync()).Single();

        var again = (await site.ReadInventoryAsync()).Single();
        site.Advance(TimeSpan.FromSeconds(61));
        var later = (await site.ReadInventoryAsync()).Single();

        Assert.That(again.SeenAt, Is.EqualTo(found.SeenAt));
        Assert.That(later.SeenAt, Is.GreaterThan(found.SeenAt.AddMinutes(1)));
        Assert.That((later.Id, later.FoundAt), Is.EqualTo((found.Id, found.FoundAt)));
    }

    /// <summary>One round with as many missing VMs of ours, listed orphans of deleted rows, and reservations to give up.</summary>
    private static async Task<(int Reads, int Deletes)> CountAsync(Site site, int from, int failed)
    {
        for (var number = 0; number < failed; number++)
        {
            await FailedAsync(site, vmid: from + number);
        }

        await using (var db = site.Database.OpenAll())
        {
            db.Vms.AddRange(Enumerable.Range(from + 100, failed).Select(vmid => new Data.Vms.Vm
            {
                ClusterId = site.Cluster.Id,
                Vmid = vmid,
                Name = $"gone{vmid}",
                Status = VmStatus.Unknown,
                CreatedByJob = Guid.NewGuid(),
            }));
            db.Orphans.AddRange(Enumerable.Range(from + 200, failed).Select(vmid => new Orphan
            {
                ClusterId = site.Cluster.Id,
                Vmid = vmid,
                Kind = OrphanKind.OwnerWithoutVm,
                OwnerId = 1_000_000 + vmid,
                Message = "gone",
            }));
            await db.SaveChangesAsync();
        }

        site.Advance(TimeSpan.FromMinutes(1));
        var sql = new SqlLog();
        var inventory = site.Make<InventorySync>(new Data.PanelDatabase(site.Stores.Settings.Database, sql));
        await inventory.RunOnceAsync(CancellationToken.None);
        await inventory.AllRead;
        return (sql.Reads.Count, sql.Writes.Count(write => write.StartsWith("DELETE", StringComparison.Ordinal)));
    }

    /// <summary>A clone that failed and whose undo did too, with a VMID reserved and nothing in Proxmox.</summary>
    private static async Task<Data.Jobs.Job> FailedAsync(Site site, int vmid)
    {
        var job = await site.CloneAsync(name: $"web{vmid}", send: false);
        await using var db = site.Database.OpenAll();
        await db.Vms.Where(vm => vm.Id == job.TargetId).ExecuteUpdateAsync(set => set.SetProperty(vm => vm.Vmid, vmid).SetProperty(vm => vm.Node, "east1"));
        var row = await db.Jobs.SingleAsync(row => row.Id == job.Id);
        row.Error = new JobError { Code = JobErrorCodes.InternalError, Message = "failed" };
        row.Steps = [.. row.Steps, new JobStep { Name = JobStep.Undo, Status = StepStatus.Failed }];
        Data.Jobs.JobLife.End(row, DateTime.UtcNow);
        await db.SaveChangesAsync();
        return job;
    }

    private static Task<Data.Vms.Vm?> GivenUpAsync(Site site, Data.Jobs.Job job) => site.SeesAsync(
        async there =>
        {
            await there.ReadInventoryAsync();
            return await there.RowAsync(job.TargetId);
        },
        row => row is null,
        "it is given up");

    /// <summary>Past the panel, until Proxmox's own list of VMs says so and the panel believes it.</summary>
    private static async Task DestroyAsync(Site site, Data.Vms.Vm vm)
    {
        await site.DeleteInProxmoxAsync(site.InProxmox(vm)!.Node, vm.Vmid!.Value);
        await site.SeesAsync(ListedAsync, listed => !listed.Contains(vm.Vmid!.Value), "Proxmox lists it no longer");
        site.Advance(TimeSpan.FromSeconds(30));
    }

    private static Task<HashSet<int>> ShownAsync(Site site, int vmid) => site.SeesAsync(ListedAsync, listed => listed.Contains(vmid), "Proxmox lists it");

    private static async Task<HashSet<int>> ListedAsync(Site site) =>
        [.. (await site.CallAsync(HttpMethod.Get, "/cluster/resources?type=vm")).EnumerateArray()
            .Where(row => row.TryGetProperty("tags", out _) || row.TryGetProperty("name", out _)).Select(row => row.GetProperty("vmid").GetInt32())];

    private static async Task<Dictionary<int, string?>> ListedTagsAsync(Site site) =>
        (await site.CallAsync(HttpMethod.Get, "/cluster/resources?type=vm")).EnumerateArray()
            .ToDictionary(row => row.GetProperty("vmid").GetInt32(), row => row.TryGetProperty("tags", out var tags) ? tags.GetString() : null);
}
