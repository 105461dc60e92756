using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Vms;
using MultiPanel.TestKit;

namespace MultiPanel.Workers.Tests;

public sealed class CloneVmTests
{
    [Test]
    public async Task A_clone_ends_configured_running_and_marked()
    {
        await using var site = await Site.StartAsync();
        var job = await site.CloneAsync(with: clone => clone with { Cores = 3, MemoryMb = 3072, DiskGb = 40, Tags = ["Blue"], Description = "the web" });

        var ended = await site.EndedAsync(job);

        Assert.That(ended.Status, Is.EqualTo(JobStatus.Succeeded), ended.Error?.ToString());
        Assert.That(ended.Steps.Select(step => (step.Name, step.Status)), Is.All.Matches<(string Name, StepStatus Status)>(step => step.Status == StepStatus.Succeeded));
        var vm = site.Proxmox.VmsMarkedBy(job.Id.ToString()).Single();
        Assert.Multiple(() =>
        {
            Assert.That(vm.Status, Is.EqualTo("running"));
            Assert.That(vm.Config["cores"], Is.EqualTo("3"));
            Assert.That(vm.Config["memory"], Is.EqualTo("3072"));
            Assert.That(vm.Description, Does.StartWith("the web").And.Contain($"multipanel vm={job.TargetId} job={job.Id}"));
            Assert.That(vm.Tags, Is.SupersetOf(new[] { "multipanel", "blue", $"mp-job-{job.Id}" }));
            Assert.That(vm.Config["scsi0"], Does.Contain("size=40G"));
        });
        await using var db = site.Database.OpenAll();
        var row = await db.Vms.SingleAsync(row => row.Id == job.TargetId);
        Assert.That((row.Status, row.Vmid, row.Addresses.Count), Is.EqualTo((VmStatus.Running, vm.VmId, 1)));
    }

    [Test]
    public async Task A_clone_delivered_twice_makes_one_vm()
    {
        await using var site = await Site.StartAsync();
        var job = await site.CloneAsync();
        await site.RedeliverAsync(job);
        await site.RedeliverAsync(job);

        await site.EndedAsync(job);

        Assert.That(site.Proxmox.VmsMarkedBy(job.Id.ToString()), Has.Count.EqualTo(1));
        Assert.That(site.Proxmox.Tasks.Count(task => task.Type == "qmclone"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_clone_into_a_full_storage_fails_in_proxmoxs_words_and_leaves_nothing()
    {
        await using var site = await Site.StartAsync();
        var job = await site.CloneAsync(with: clone => clone with { Full = true, Storage = "tiny-full" });

        var ended = await site.EndedAsync(job);

        Assert.That(ended.Status, Is.EqualTo(JobStatus.Failed));
        Assert.That(ended.Error!.Code, Is.EqualTo(JobErrorCodes.StorageFull), ended.Error.ToString());
        Assert.That(ended.Error.Detail, Is.Not.Empty);
        Assert.That(ended.Error.TaskLog, Is.Not.Empty);
        Assert.That(ended.Error.Undone, Is.Not.Empty);
        await using var db = site.Database.OpenAll();
        Assert.That(await db.Vms.AnyAsync(vm => vm.Id == job.TargetId), Is.False);
        Assert.That(site.Proxmox.Vms.Any(vm => vm.Name == "web1"), Is.False);
    }

    [Test]
    public async Task A_cancelled_clone_is_stopped_and_removed()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Simulator = Simulator.SimulatorOptions.Demo() with { TimeScale = 2 } });
        var job = await site.CloneAsync(template: "win11", with: clone => clone with { Full = true });
        await site.UntilAsync(job, row => row.Steps.Exists(step => step is { Name: CloneVmSteps.Clone, Upid: not null }), "the clone runs");

        await site.CancelAsync(job);
        var ended = await site.EndedAsync(job);

        Assert.That(ended.Status, Is.EqualTo(JobStatus.Cancelled), ended.Error?.ToString());
        Assert.That(site.Proxmox.Vms.Any(vm => vm.Name == "web1"), Is.False);
    }

    [Test]
    public async Task A_lost_answer_to_the_clone_is_attached_to_and_not_repeated()
    {
        await using var site = await Site.StartAsync();
        site.Proxmox.Faults.LoseAnswers(times: 1, path: "*/clone", method: "POST");
        var job = await site.CloneAsync();

        var ended = await site.EndedAsync(job);

        Assert.That(ended.Status, Is.EqualTo(JobStatus.Succeeded), ended.Error?.ToString());
        Assert.That(site.Proxmox.Tasks.Count(task => task.Type == "qmclone"), Is.EqualTo(1));
    }
}
