using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data.Jobs;
using MultiPanel.Hosting.Vms;
using MultiPanel.TestKit;

namespace MultiPanel.Workers.Tests.Life;

/// <summary>A retry is a new attempt of the same job: it goes on where the last one failed, and finds what that one left.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RetryTests
{
    [Test]
    public async Task A_retry_goes_on_from_the_failed_step_without_doing_the_earlier_ones_again()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        site.ProxmoxClock.Stop();
        var job = await site.OperateAsync(vm.Id, VmAction.Start);
        await site.UntilAsync(job, row => row.Steps[0].Upid is not null, "it starts");
        site.Proxmox.Faults.Fail(403, "Permission check failed", times: null, path: $"/nodes/*/qemu/{vm.Vmid}/status/current", method: "GET");
        site.ProxmoxClock.Go();
        var failed = await site.EndedAsync(job);
        Assert.That((failed.Status, failed.Error!.Step), Is.EqualTo((JobStatus.Failed, VmOperationSteps.Observe)), failed.Error.ToString());

        site.Proxmox.Faults.Clear();
        var retried = await site.SucceededAsync(await site.RetryAsync(job));

        Assert.That(retried.Attempt, Is.EqualTo(2));
        Assert.That(retried.Steps[0].Upid, Is.EqualTo(failed.Steps[0].Upid));
        Assert.That(site.TasksOf(vm, "qmstart"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task After_an_undo_all_steps_run_again_and_make_one_vm_under_its_old_id()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var failed = await FailedCloneAsync(site);
        Assert.That(site.Proxmox.Vms.Where(vm => vm.Name == failed.TargetName), Is.Empty);

        site.Proxmox.Faults.Clear();
        var retried = await site.SucceededAsync(await site.RetryAsync(failed));

        Assert.That(retried.Steps.Select(step => step.Name), Has.None.EqualTo(JobStep.Undo));
        var vm = site.Proxmox.VmsMarkedBy(failed.Id.ToString()).Single();
        Assert.That(vm.Description, Does.Contain(Marker.Line(failed.TargetId!.Value, failed.Id)));
        Assert.That((await site.RowAsync(failed.TargetId))!.Vmid, Is.EqualTo(vm.VmId));
    }

    [Test]
    public async Task A_retried_clone_whose_undo_had_failed_adopts_what_is_there()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        site.Proxmox.Faults.Fail(500, "storage 'nfs-shared' is not online", times: null, path: "/nodes/*/qemu/*", method: "DELETE");
        var failed = await FailedCloneAsync(site);
        var left = site.Proxmox.VmsMarkedBy(failed.Id.ToString()).Single();
        Assert.That(failed.Steps[^1], Has.Property(nameof(JobStep.Name)).EqualTo(JobStep.Undo).And.Property(nameof(JobStep.Status)).EqualTo(StepStatus.Failed));

        site.Proxmox.Faults.Clear();
        await site.SucceededAsync(await site.RetryAsync(failed));

        Assert.That(site.Proxmox.VmsMarkedBy(failed.Id.ToString()).Single().VmId, Is.EqualTo(left.VmId));
        Assert.That(site.Proxmox.Tasks.Count(task => task.Type == "qmclone"), Is.EqualTo(1));
    }

    [Test]
    public async Task Late_messages_of_the_first_attempt_do_not_change_the_second()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var failed = await FailedCloneAsync(site);
        site.Proxmox.Faults.Clear();
        site.ProxmoxClock.Stop();
        var second = await site.RetryAsync(failed);
        await site.UntilAsync(second, row => row.Steps[1].Upid is not null, "it clones again");

        foreach (var step in failed.Steps.Select(step => step.Name))
        {
            await site.DeliverAsync(second.Workflow, new StepSucceeded(second.Id, step));
            await site.DeliverAsync(second.Workflow, new StepFailed(second.Id, step));
        }

        await site.DeliverAsync(second.Workflow, new CancelRequested(second.Id));
        await site.DeliverAsync("undo-clone", new UndoClone(second.Id));
        await site.DeliverAsync("finish-clone", new FinishClone(second.Id));
        await site.DeliverAsync("job-ended", new JobEnded(second.Id));
        site.ProxmoxClock.Go();
        var ended = await site.SucceededAsync(second);

        Assert.That(ended.Attempt, Is.EqualTo(2));
        Assert.That(site.Proxmox.VmsMarkedBy(second.Id.ToString()), Has.Count.EqualTo(1));
        Assert.That(site.Proxmox.Tasks.Count(task => task.Type == "qmclone"), Is.EqualTo(2), "one an attempt");
        Assert.That(site.Proxmox.Tasks.Count(task => task.Type == "qmdestroy"), Is.EqualTo(1), "the first attempt's");
    }

    [Test]
    public async Task The_first_attempts_end_delivered_late_does_not_end_the_second_before_it_is_undone()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var failed = await FailedCloneAsync(site);
        site.Proxmox.Faults.Fail(503, "Service Unavailable", times: null, path: "/nodes/*/qemu/*", method: "DELETE");
        var second = await site.RetryAsync(failed);
        await site.UntilAsync(second, row => row.Steps.Exists(step => step is { Name: JobStep.Undo, Status: StepStatus.Waiting }), "the second is being undone");

        await site.DeliverAsync("job-ended", new JobEnded(second.Id));

        site.Proxmox.Faults.Clear();
        var ended = await site.EndedAsync(second);
        Assert.That((ended.Status, ended.Steps[^1].Name, ended.Steps[^1].Status), Is.EqualTo((JobStatus.Failed, JobStep.Undo, StepStatus.Succeeded)));
        Assert.That(site.Proxmox.Vms.Where(vm => vm.Name == failed.TargetName), Is.Empty);
    }

    [Test]
    public async Task A_retried_older_job_waits_for_what_was_accepted_before_its_retry()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        site.Proxmox.Faults.Fail(403, "Permission check failed (/vms/1, VM.PowerMgmt)", times: 1, path: "*/status/start", method: "POST");
        var older = await site.OperateAsync(vm.Id, VmAction.Start);
        Assert.That((await site.EndedAsync(older)).Status, Is.EqualTo(JobStatus.Failed));
        site.ProxmoxClock.Stop();
        var newer = await site.OperateAsync(vm.Id, VmAction.Snapshot, snapshot => snapshot with { Snapshot = "s1" });
        await site.UntilAsync(newer, row => row.Steps[0].Upid is not null, "the newer runs");

        var retried = await site.RetryAsync(older);
        await site.UntilAsync(retried, row => row.Steps[0].Message?.Contains($"of the same VM ({newer.Id})", StringComparison.Ordinal) == true, "it waits for the newer");
        site.ProxmoxClock.Go();

        await site.SucceededAsync(newer);
        await site.SucceededAsync(retried);
        Assert.That(site.TasksOf(vm, "qmstart").Single().StartedAt, Is.GreaterThanOrEqualTo(site.TasksOf(vm, "qmsnapshot").Single().EndedAt!.Value));
    }

    /// <summary>Its VM could not be started, so it was undone as far as Proxmox lets it.</summary>
    private static async Task<Job> FailedCloneAsync(Site site)
    {
        site.Proxmox.Faults.Fail(500, "start failed: no such bridge", times: null, path: "*/status/start", method: "POST");
        var failed = await site.EndedAsync(await site.CloneAsync());
        Assert.That((failed.Status, failed.Error!.Step), Is.EqualTo((JobStatus.Failed, CloneVmSteps.Start)), failed.Error.ToString());
        return failed;
    }
}
