using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.Simulator;
using MultiPanel.Simulator.FaultInjection;
using MultiPanel.TestKit;

namespace MultiPanel.Workers.Tests.Cloning;

/// <summary>A clone that fails says why in plain words and in Proxmox's own, and leaves nothing.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CloneFailureTests
{
    [Test]
    public async Task A_missing_privilege_is_named_with_its_path()
    {
        await using var site = await Site.StartAsync();
        await site.SignInWithRoleAsync("PVEAuditor");

        var error = await FailsAsync(site, await site.CloneAsync(), JobErrorCodes.PermissionDenied);

        Assert.That(error.Message, Does.Contain("VM.Clone").And.Contain("/vms/9010").And.Contain(site.Cluster.Name));
        Assert.That(error.Detail, Does.Contain("Permission check failed (/vms/9010, VM.Clone)"));
        Assert.That(error.Step, Is.EqualTo(CloneVmSteps.Clone));
    }

    [Test]
    public async Task A_linked_clone_of_a_vm_that_is_no_template_says_what_to_do()
    {
        await using var site = await Site.StartAsync();
        await site.MakeVmAsync("no-template", clone => clone with { Full = true });

        var error = await FailsAsync(site, await site.CloneAsync(template: "no-template"), JobErrorCodes.LinkedCloneUnsupported);

        Assert.That(error.Message, Does.Contain("full clone"));
        Assert.That(error.Detail, Does.Contain("Linked clone feature is not supported"));
    }

    [Test]
    public async Task A_clone_to_a_node_that_is_offline_or_unknown_fails_before_anything_is_made()
    {
        await using var site = await Site.StartAsync();
        await site.Proxmox.Faults.TakeNodeOfflineAsync("east3", NodeOutage.ConnectionRefused);

        var offline = await FailsAsync(site, await site.CloneAsync(with: clone => clone with { Node = "east3" }), JobErrorCodes.NodeUnreachable);
        var unknown = await FailsAsync(site, await site.CloneAsync(with: clone => clone with { Node = "nope" }), JobErrorCodes.NodeNotFound);

        Assert.That(offline.Message, Does.Contain("east3").And.Contain("offline"));
        Assert.That(unknown.Message, Does.Contain("nope").And.Contain("east1, east2, east3"));
        Assert.That(site.Proxmox.Tasks, Is.Empty);
    }

    [Test]
    public async Task A_clone_of_a_template_on_an_unreachable_node_waits_and_fails_when_it_stays_so()
    {
        await using var site = await Site.StartAsync();
        await site.Proxmox.Faults.TakeNodeOfflineAsync("east3", NodeOutage.ConnectionRefused);
        var job = await site.CloneAsync(template: "debian12-local");
        var waiting = await site.UntilAsync(job, row => row.Steps[0].Status == StepStatus.Waiting, "it waits for the node");
        Assert.That(waiting.Steps[0].Message, Does.Contain("Connection refused"));

        site.Advance(TimeSpan.FromMinutes(2));
        var error = await FailsAsync(site, job, JobErrorCodes.NodeUnreachable);

        Assert.That(error.Message, Does.Contain("east3"));
        Assert.That(error.Detail, Does.Contain("Connection refused"));
    }

    [Test]
    public async Task A_template_that_is_gone_fails_the_clone()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Resting = ["backlog"] });
        var job = await site.CloneAsync(template: "win2022", send: false);
        await site.DeleteInProxmoxAsync("east1", 9001);

        await site.RedeliverAsync(job);

        await FailsAsync(site, job, JobErrorCodes.VmNotFound);
    }

    [Test]
    public async Task A_storage_that_is_not_there_is_named_before_anything_is_made()
    {
        await using var site = await Site.StartAsync();

        var error = await FailsAsync(site, await site.CloneAsync(with: clone => clone with { Full = true, Storage = "no-such" }), JobErrorCodes.StorageUnavailable);

        Assert.That(error.Step, Is.EqualTo(CloneVmSteps.Reserve));
        Assert.That(error.Message, Does.Contain("has no storage no-such"));
        Assert.That(site.Proxmox.Tasks, Is.Empty);
    }

    [Test]
    public async Task A_clone_whose_task_was_killed_is_reported_with_what_could_not_be_removed()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Simulator = SimulatorOptions.Demo() with { TimeScale = 2 } });
        var job = await site.CloneAsync(template: "win11", with: clone => clone with { Full = true });
        var running = await site.UntilAsync(job, row => row.Steps[1].Upid is not null, "the clone runs");

        site.Proxmox.Faults.KillTask(running.Steps[1].Upid!);
        await site.UntilAsync(job, row => row.Steps.Exists(step => step is { Name: CloneVmSteps.Undo, Status: StepStatus.Waiting }), "the undoing waits");
        site.Advance(TimeSpan.FromSeconds(30));
        var ended = await site.EndedAsync(job);

        var vm = (await site.RowAsync(job.TargetId))!;
        Assert.That((ended.Status, ended.Error!.Code), Is.EqualTo((JobStatus.Failed, JobErrorCodes.TaskLost)), ended.Error.ToString());
        Assert.That(ended.Error.Message, Does.Contain($"qm unlock {vm.Vmid}"));
        Assert.That(ended.Error.Undone, Has.Some.Contains("could not be removed").And.Some.Contains($"VMID {vm.Vmid}"));
        Assert.That(site.InProxmox(vm)!.Lock, Is.EqualTo("clone"), "its VMID stays taken, by the row too");
    }

    private static async Task<JobError> FailsAsync(Site site, Job job, string? code = null)
    {
        var ended = await site.EndedAsync(job);
        var error = ended.Error!;
        Assert.That(ended.Status, Is.EqualTo(JobStatus.Failed));
        Assert.That(error.Code, code is null ? Is.Not.EqualTo(JobErrorCodes.InternalError) : Is.EqualTo(code), $"{error} {error.Detail}");
        Assert.That(error.Message, Is.Not.Empty.And.Not.EqualTo(error.Detail));
        Assert.That(error.Undone, Is.Not.Empty);
        Assert.That(await site.RowAsync(job.TargetId), Is.Null);
        Assert.That(site.Proxmox.Vms.Where(vm => vm.Name == job.TargetName), Is.Empty);
        Assert.That((await site.SlotsAsync()).Holders.Where(holder => holder.Slot.JobId == job.Id && holder.Slot.Class == AdmissionClass.Clone), Is.Empty);
        return error;
    }
}
