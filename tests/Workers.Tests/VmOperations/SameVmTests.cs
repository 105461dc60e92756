using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.TestKit;

namespace MultiPanel.Workers.Tests.VmOperations;

/// <summary>Several commands on one VM, and one VM after another on a VMID.</summary>
public sealed class SameVmTests
{
    [Test]
    public async Task Commands_on_one_vm_are_done_in_the_order_in_which_they_came()
    {
        await using var site = await Site.StartAsync();
        var vm = await site.MakeVmAsync();
        var jobs = new List<Data.Jobs.Job>();
        foreach (var action in new[] { VmAction.Start, VmAction.Stop, VmAction.Start, VmAction.Stop, VmAction.Start })
        {
            jobs.Add(await site.OperateAsync(vm.Id, action));
        }

        foreach (var job in jobs)
        {
            await site.SucceededAsync(job);
        }

        Assert.That(site.TasksOf(vm, "qmstart"), Has.Count.EqualTo(3));
        Assert.That(site.TasksOf(vm, "qmstop"), Has.Count.EqualTo(2));
        Assert.That(site.InProxmox(vm)!.Status, Is.EqualTo("running"));
    }

    /// <summary>Order is by the time of acceptance, and a commit may take long: an older one can appear when a younger one is at work.</summary>
    [Test]
    public async Task A_command_that_appears_late_waits_for_the_younger_one_that_has_begun()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false, Resting = ["backlog"] });
        var vm = await site.MakeVmAsync();
        site.ProxmoxClock.Stop();
        var younger = await site.OperateAsync(vm.Id, VmAction.Start);
        await site.UntilAsync(younger, row => row.Steps[0].Upid is not null, "its task runs");
        var older = await site.OperateAsync(vm.Id, VmAction.Snapshot, snapshot => snapshot with { Snapshot = "before" }, send: false);
        await using (var db = site.Database.OpenAll())
        {
            var at = younger.QueuedAt.AddMilliseconds(-50);
            await db.Jobs.Where(row => row.Id == older.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.QueuedAt, at));
        }

        await site.RedeliverAsync(older);

        await site.UntilAsync(older, row => row.Steps[0].Message?.Contains($"{younger.Id}", StringComparison.Ordinal) == true, "it waits for the younger one");
        Assert.That(site.TasksOf(vm, "qmsnapshot"), Is.Empty);
        site.ProxmoxClock.Go();
        await site.SucceededAsync(younger);
        await site.SucceededAsync(older);
    }

    /// <summary>Neither waits for the other: the one that has begun finds out first what it did.</summary>
    [TestCase(StepStatus.Uncertain, null)]
    [TestCase(StepStatus.Running, "gone-worker/1")]
    public async Task A_command_that_has_begun_does_not_wait_for_an_older_one_that_appeared_late(StepStatus status, string? claim)
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false, Resting = ["backlog"] });
        var vm = await site.MakeVmAsync();
        var older = await site.OperateAsync(vm.Id, VmAction.Snapshot, snapshot => snapshot with { Snapshot = "before" }, send: false);
        var begun = await site.OperateAsync(vm.Id, VmAction.Start, send: false);
        await using (var db = site.Database.OpenAll())
        {
            var row = await db.Jobs.SingleAsync(row => row.Id == begun.Id);
            (row.Status, row.StartedAt, row.ClaimedBy) = (JobStatus.Running, row.QueuedAt, claim);
            row.Steps = [row.Steps[0] with { Status = status, StartedAt = row.QueuedAt, Tasks = 1 }, .. row.Steps[1..]];
            await db.SaveChangesAsync();
        }

        await site.RedeliverAsync(older);
        await site.UntilAsync(older, row => row.Steps[0].Message?.Contains($"{begun.Id}", StringComparison.Ordinal) == true, "it waits for the one that has begun");
        await site.RedeliverAsync(begun);

        await site.EndedAsync(begun);
        await site.SucceededAsync(older);
    }

    [Test]
    public async Task A_vm_is_deleted_when_the_clone_of_it_that_came_before_is_made()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Resting = ["backlog"] });
        var vm = await site.MakeVmAsync();
        var clone = await site.CloneAsync(name: "copy", with: clone => clone with { Full = true, Start = false }, of: vm, send: false);
        var delete = await site.OperateAsync(vm.Id, VmAction.Delete);
        await site.UntilAsync(delete, row => row.Steps[0].Message?.Contains($"{clone.Id}", StringComparison.Ordinal) == true, "it waits for the clone");

        await site.RedeliverAsync(clone);

        await site.SucceededAsync(clone);
        await site.SucceededAsync(delete);
        Assert.That(site.InProxmox(vm), Is.Null);
    }

    [TestCase(VmAction.Stop)]
    [TestCase(VmAction.Template)]
    [TestCase(VmAction.Reconfigure)]
    public async Task Another_vm_on_a_vmid_used_again_is_left_alone(VmAction action)
    {
        await using var site = await Site.StartAsync();
        var vm = await site.MakeVmAsync();
        await using (var db = site.Database.OpenAll())
        {
            var row = await db.Vms.SingleAsync(row => row.Id == vm.Id);
            (row.Name, row.CreatedByJob, row.Uuid) = ("mine", Guid.NewGuid(), Guid.NewGuid().ToString());
            await db.SaveChangesAsync();
        }

        var ended = await site.EndedAsync(await site.OperateAsync(vm.Id, action, with => with with { Changes = new VmChanges { Name = "hijacked" } }));

        Assert.That((ended.Status, ended.Error?.Code), Is.EqualTo((JobStatus.Failed, JobErrorCodes.NotOurs)));
        Assert.That(ended.Error!.Message, Does.Contain("mine").And.Not.Contain("web1"), "the other's name may be another company's");
        Assert.That(site.InProxmox(vm)!.Name, Is.EqualTo("web1"));
        Assert.That(site.InProxmox(vm)!.IsTemplate, Is.False);
    }

    [Test]
    public async Task Another_vm_on_the_vmid_of_a_template_is_not_cloned()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        await using (var db = site.Database.OpenAll())
        {
            await db.Vms.Where(vm => vm.Name == "debian12").ExecuteUpdateAsync(set => set.SetProperty(vm => vm.Uuid, "another"));
        }

        var ended = await site.EndedAsync(await site.CloneAsync());

        Assert.That((ended.Status, ended.Error?.Code), Is.EqualTo((JobStatus.Failed, JobErrorCodes.NotOurs)), ended.Error?.ToString());
        Assert.That(site.Proxmox.Tasks.Select(task => task.Type), Has.None.EqualTo("qmclone"));
    }

    [Test]
    public async Task A_vm_is_deleted_though_its_vmid_is_used_again_before_that_is_seen()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        site.ProxmoxClock.Stop();
        var job = await site.OperateAsync(vm.Id, VmAction.Delete);
        await site.UntilAsync(job, row => row.Steps[0].Upid is not null, "it is being deleted");
        site.Proxmox.Faults.Fail(500, "got timeout", times: null, path: $"/nodes/*/qemu/{vm.Vmid}/*", method: "GET");
        site.ProxmoxClock.Go();
        await site.UntilAsync(job, row => row.IsFinal || row.Steps[1].Message is not null, "it cannot be seen for a moment");
        await site.CallAsync(HttpMethod.Post, $"/nodes/{vm.Node}/qemu", ("vmid", $"{vm.Vmid}"), ("name", "next"));
        site.Proxmox.Faults.Clear();

        await site.SucceededAsync(job);

        Assert.That(await site.RowAsync(vm.Id), Is.Null);
        Assert.That(site.InProxmox(vm)!.Name, Is.EqualTo("next"));
    }
}
