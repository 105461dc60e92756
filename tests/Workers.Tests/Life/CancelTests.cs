using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.TestKit;
using MultiPanel.Workers.Liveness;

namespace MultiPanel.Workers.Tests.Life;

/// <summary>A cancel that is accepted has its effect, wherever the job is; one that would not have it is refused.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CancelTests
{
    [TestCase(VmAction.Start, "qmstart")]
    [TestCase(VmAction.Shutdown, "qmshutdown")]
    [TestCase(VmAction.Reboot, "qmreboot")]
    [TestCase(VmAction.Snapshot, "qmsnapshot")]
    [TestCase(VmAction.Migrate, "qmigrate")]
    public async Task A_task_that_can_be_stopped_is_stopped_in_proxmox(VmAction action, string type)
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await ReadyAsync(site, action);
        site.ProxmoxClock.Stop();
        var job = await OperateAsync(site, vm, action);
        var running = await site.UntilAsync(job, row => row.Steps[0].Upid is not null, "its task runs");
        Assert.That(running.ToView().Cancellable, Is.True);

        Assert.That(await site.CancelAsync(job), Is.True);
        var ended = await site.EndedAsync(job);

        Assert.That((ended.Status, ended.Error?.Code), Is.EqualTo((JobStatus.Cancelled, JobErrorCodes.Cancelled)));
        var task = site.TasksOf(vm, type)[^1];
        Assert.That(task.EndedAt, Is.Not.Null);
        Assert.That(task.ExitStatus, Is.Not.EqualTo("OK"));
    }

    [TestCase(VmAction.Delete)]
    [TestCase(VmAction.Rollback)]
    [TestCase(VmAction.Template)]
    [TestCase(VmAction.DeleteSnapshot)]
    [TestCase(VmAction.Suspend)]
    [TestCase(VmAction.Stop)]
    public async Task A_task_that_cannot_be_stopped_ends_by_itself_and_to_cancel_it_is_refused(VmAction action)
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await ReadyAsync(site, action);
        site.ProxmoxClock.Stop();
        var job = await OperateAsync(site, vm, action);
        var running = await site.UntilAsync(job, row => row.Steps[0].Upid is not null, "its task runs");

        Assert.That(running.ToView().Cancellable, Is.False);
        Assert.That(await site.CancelAsync(job), Is.False);
        await site.SeesAsync(
            there => there.ReportedAsync(job), reported => reported.Any(change => change.Contains("\"cancellable\":false", StringComparison.Ordinal)), "the point of no return is reported");
        site.ProxmoxClock.Go();
        await site.SucceededAsync(job);
    }

    [Test]
    public async Task A_cancel_accepted_just_before_the_point_of_no_return_does_not_make_a_lie_of_the_success()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        site.ProxmoxClock.Stop();
        var job = await site.OperateAsync(vm.Id, VmAction.Delete);
        await site.UntilAsync(job, row => row.Steps[0].Upid is not null, "its task runs");
        await using (var db = site.Database.OpenAll())
        {
            await db.Jobs.Where(row => row.Id == job.Id).ExecuteUpdateAsync(set => set
                .SetProperty(row => row.Status, JobStatus.Cancelling).SetProperty(row => row.Revision, row => row.Revision + 1));
        }

        await site.DeliverAsync(job.Workflow, new CancelRequested(job.Id));
        site.ProxmoxClock.Go();
        var ended = await site.EndedAsync(job);

        Assert.That(ended.Status, Is.EqualTo(JobStatus.Succeeded), ended.Error?.ToString());
        Assert.That(site.InProxmox(vm), Is.Null);
    }

    [Test]
    public async Task A_job_cancelled_while_a_worker_is_about_to_act_does_not_act()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        site.Proxmox.Faults.Slow(TimeSpan.FromSeconds(2), path: $"/nodes/*/qemu/{vm.Vmid}/config", times: 1);
        var job = await site.OperateAsync(vm.Id, VmAction.Start);
        var worker = site.Workers[0].Services.GetRequiredService<WorkerHeartbeat>();
        await site.SeesAsync(_ => Task.FromResult(worker.RunningTries), tries => tries > 0, "a worker looks at the VM");

        Assert.That(await site.CancelAsync(job), Is.True);
        var ended = await site.EndedAsync(job);

        Assert.That(ended.Status, Is.EqualTo(JobStatus.Cancelled), ended.Error?.ToString());
        Assert.That(site.TasksOf(vm, "qmstart"), Is.Empty);
        Assert.That(site.InProxmox(vm)!.Status, Is.EqualTo("stopped"));
    }

    [Test]
    public async Task A_job_in_line_is_cancelled_at_once_and_gives_up_its_place()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false, Resting = ["admission-watch"] });
        var vm = await site.MakeVmAsync();
        await site.TakeSlotsAsync(AdmissionClass.Power, vm.Node!);
        var job = await site.OperateAsync(vm.Id, VmAction.Start);
        await site.UntilAsync(job, row => row.Steps[0].Message?.Contains("in line", StringComparison.Ordinal) == true, "it waits in line");

        await site.CancelAsync(job);
        var ended = await site.EndedAsync(job);

        Assert.That(ended.Status, Is.EqualTo(JobStatus.Cancelled));
        await site.SeesAsync(there => there.SlotsAsync(), report => report.Waiters.Count == 0, "no step waits");
    }

    [TestCase(VmAction.Start)]
    [TestCase(VmAction.Delete)]
    public async Task A_job_that_waits_for_its_cluster_is_cancelled_at_once(VmAction action)
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        await site.GoDownAsync();
        var job = await site.OperateAsync(vm.Id, action);
        await site.UntilAsync(job, Unreachable, "it waits for the cluster");

        Assert.That(await site.CancelAsync(job), Is.True);
        var ended = await site.EndedAsync(job);

        Assert.That(ended.Status, Is.EqualTo(JobStatus.Cancelled), ended.Error?.ToString());
    }

    [Test]
    public async Task A_clone_in_line_is_cancelled_at_once_although_its_cluster_is_unreachable()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        await site.TakeSlotsAsync(AdmissionClass.Clone, "east1");
        var job = await site.CloneAsync();
        await site.UntilAsync(job, row => row.Steps[1].Message?.Contains("in line", StringComparison.Ordinal) == true, "it waits in line");
        await site.GoDownAsync();

        await site.CancelAsync(job);
        var ended = await site.EndedAsync(job);

        Assert.That(ended.Status, Is.EqualTo(JobStatus.Cancelled), ended.Error?.ToString());
        Assert.That(await site.RowAsync(job.TargetId), Is.Null, "its VMID is free again");
    }

    [Test]
    public async Task A_clone_that_may_run_unseen_is_not_given_up_while_its_cluster_is_unreachable()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        site.ProxmoxClock.Stop();
        var job = await site.CloneAsync();
        await site.UntilAsync(job, row => row.Steps[1].Upid is not null, "the clone runs");
        await site.GoDownAsync();

        await site.CancelAsync(job);
        var waiting = await site.UntilAsync(job, row => row.Steps.Exists(step => step is { Name: JobStep.Undo, Status: StepStatus.Waiting }), "the undoing waits");
        Assert.That(waiting.IsFinal, Is.False);
        Assert.That(await site.RowAsync(job.TargetId), Is.Not.Null);

        await site.ComeBackAsync();
        site.ProxmoxClock.Go();
        Assert.That((await site.EndedAsync(job)).Status, Is.EqualTo(JobStatus.Cancelled));
        Assert.That(site.Proxmox.Vms.Where(vm => vm.Name == job.TargetName), Is.Empty);
    }

    [Test]
    public async Task A_cancelled_clone_whose_answer_was_lost_leaves_no_vm()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        site.ProxmoxClock.Stop();
        site.Proxmox.Faults.LoseAnswers(times: 1, path: "*/clone", method: "POST");
        var job = await site.CloneAsync();
        await site.UntilAsync(job, row => row.Steps[1].Message?.Contains("answer was lost", StringComparison.Ordinal) == true, "it looks for the task");

        await site.CancelAsync(job);
        var ended = await site.EndedAsync(job);

        Assert.That(ended.Status, Is.EqualTo(JobStatus.Cancelled), ended.Error?.ToString());
        Assert.That(site.Proxmox.Vms.Where(vm => vm.Name == job.TargetName), Is.Empty);
        Assert.That(await site.RowAsync(job.TargetId), Is.Null);
    }

    [Test]
    public async Task A_cancelled_clone_that_proxmox_never_heard_of_is_looked_for_before_it_is_given_up()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        site.Proxmox.Faults.Fail(596, "Connection timed out", times: null, path: "*/clone", method: "POST");
        var job = await site.CloneAsync();
        await site.UntilAsync(job, row => row.Steps[1].TroubleSince is not null, "its answer was lost");

        await site.CancelAsync(job);
        var looking = await site.UntilAsync(job, row => row.Steps.Exists(step => step.Message?.StartsWith("Making sure", StringComparison.Ordinal) == true), "it makes sure");
        Assert.That(looking.IsFinal, Is.False);
        site.Advance(TimeSpan.FromSeconds(20));
        var ended = await site.EndedAsync(job);

        Assert.That(ended.Status, Is.EqualTo(JobStatus.Cancelled), ended.Error?.ToString());
        Assert.That(await site.RowAsync(job.TargetId), Is.Null);
        Assert.That(site.Proxmox.Tasks, Is.Empty);
    }

    private static bool Unreachable(Job row) => row.Steps[0].Message?.Contains("unreachable since", StringComparison.Ordinal) == true;

    private static Task<Job> OperateAsync(Site site, Vm vm, VmAction action) => site.OperateAsync(vm.Id, action, command => command with
    {
        Snapshot = action == VmAction.Snapshot ? "s2" : "s1",
        Node = site.Proxmox.Nodes.First(node => node != vm.Node),
    });

    /// <summary>A VM to which that can be done.</summary>
    private static async Task<Vm> ReadyAsync(Site site, VmAction action)
    {
        var vm = await site.MakeVmAsync();
        if (action is VmAction.Shutdown or VmAction.Reboot or VmAction.Suspend or VmAction.Stop)
        {
            await site.DoAsync(vm, VmAction.Start);
        }
        else if (action is VmAction.Rollback or VmAction.DeleteSnapshot)
        {
            await site.DoAsync(vm, VmAction.Snapshot, snapshot => snapshot with { Snapshot = "s1" });
        }

        return vm;
    }

    private static async Task<Job> RowAsync(Site site, Job job)
    {
        await using var db = site.Database.OpenAll();
        return await db.Jobs.AsNoTracking().SingleAsync(row => row.Id == job.Id);
    }
}
