using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.TestKit;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Tests.Cloning;

/// <summary>What a job has made a moment ago may not be visible yet; that is waited for, within limits.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class LateVolumeTests
{
    private const int First = 1000;

    [Test]
    public async Task A_volume_that_a_task_does_not_see_yet_is_waited_for()
    {
        await using var site = await Site.StartAsync();
        site.Proxmox.Faults.ShowVolumesLate(First, tasks: 1);
        var job = await site.CloneAsync(with: clone => clone with { DiskGb = 40, Start = false });
        var waiting = await site.UntilAsync(
            job, row => row.Steps.Exists(step => step is { Name: CloneVmSteps.Resize, Status: StepStatus.Waiting, Tasks: 1 }), "the resize waits");
        Assert.That(waiting.FindStep(CloneVmSteps.Resize)!.Message, Does.Contain("does not exist"));

        await site.SucceededAsync(job);

        Assert.That(site.Proxmox.Vm(First)!.Config["scsi0"], Does.Contain("size=40G"));
        Assert.That(site.Proxmox.Tasks.Count(task => task.Type == "qmclone"), Is.EqualTo(1));
    }

    [TestCase("volume 'nfs-shared:1000/vm-1000-disk-0.raw' does not exist")]
    [TestCase("no such logical volume pve/vm-1000-disk-0")]
    public async Task A_call_that_does_not_see_the_volume_yet_is_made_again(string text)
    {
        await using var site = await Site.StartAsync();
        site.Proxmox.Faults.Fail(500, text, times: 1, path: "/nodes/*/qemu/*/resize", method: "PUT");

        await site.SucceededAsync(await site.CloneAsync(with: clone => clone with { DiskGb = 40, Start = false }));

        Assert.That(site.Proxmox.Vm(First)!.Config["scsi0"], Does.Contain("size=40G"));
    }

    [Test]
    public async Task A_volume_that_never_appears_fails_the_job_in_the_end()
    {
        await using var site = await Site.StartAsync();
        site.Proxmox.Faults.Fail(500, "volume 'nfs-shared:1000/vm-1000-disk-0.raw' does not exist", times: null, path: "/nodes/*/qemu/*/resize", method: "PUT");
        var job = await site.CloneAsync(with: clone => clone with { DiskGb = 40, Start = false });
        await site.UntilAsync(job, row => row.FindStep(CloneVmSteps.Resize) is { Status: StepStatus.Waiting, TroubleSince: not null }, "the resize waits");

        site.Advance(TimeSpan.FromMinutes(1));
        var ended = await site.EndedAsync(job);

        Assert.That(ended.Error!.Detail, Does.Contain("does not exist"));
        Assert.That(site.Proxmox.Vm(First), Is.Null);
    }
}
