using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data.Jobs;
using MultiPanel.Sagas.Admission;
using MultiPanel.TestKit;
using MultiPanel.Workers.Admission;
using MultiPanel.Workers.Reconciling;

namespace MultiPanel.Workers.Tests.Admission;

/// <summary>No limit is ever exceeded, whatever Redis forgets, and no slot is left behind.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class SlotGuaranteeTests
{
    private static readonly int ClonesANode = AdmissionLimits.Default.For(AdmissionClass.Clone).PerNode;

    [Test]
    public async Task Redis_emptied_while_clones_run_and_others_wait_never_lets_more_run_than_may()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        site.ProxmoxClock.Stop();
        var jobs = new List<Job>();
        for (var number = 0; number < ClonesANode + 3; number++)
        {
            jobs.Add(await site.CloneAsync(name: $"web{number}", with: clone => clone with { Start = false }));
        }

        await FullAsync(site, waiting: 3);
        for (var round = 0; round < 2; round++)
        {
            await site.Stores.FlushRedisAsync();
            site.Advance(TimeSpan.FromSeconds(20));
            await site.RoundAsync<JobReconciler>();
            await FullAsync(site, waiting: 3);
        }

        site.ProxmoxClock.Go();
        foreach (var job in jobs)
        {
            await site.SucceededAsync(job);
        }

        Assert.That(site.Proxmox.MaxConcurrentTasks("east1", "qmclone"), Is.EqualTo(ClonesANode));
        Assert.That(site.Proxmox.Tasks.Count(task => task.Type == "qmclone"), Is.EqualTo(jobs.Count));
    }

    [Test]
    public async Task Redis_emptied_between_the_grant_and_the_act_leaves_the_slot_counted()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        site.ProxmoxClock.Stop();
        site.Proxmox.Faults.Slow(TimeSpan.FromSeconds(3), path: "*/clone", method: "POST", times: ClonesANode);
        for (var number = 0; number < ClonesANode; number++)
        {
            await site.CloneAsync(name: $"web{number}", with: clone => clone with { Start = false });
        }

        await site.SeesAsync(SlotsInRowsAsync, count => count == ClonesANode, "all have their slot in the row and are about to act");
        await site.Stores.FlushRedisAsync();
        var late = await site.CloneAsync(name: "late", with: clone => clone with { Start = false });
        await site.UntilAsync(late, row => row.Steps[1].Message?.Contains("in line", StringComparison.Ordinal) == true, "it waits in line");

        site.ProxmoxClock.Go();
        await site.SucceededAsync(late);
        Assert.That(site.Proxmox.MaxConcurrentTasks("east1", "qmclone"), Is.LessThanOrEqualTo(ClonesANode));
    }

    [Test]
    public async Task A_step_whose_answer_was_lost_keeps_its_slot_while_its_task_runs()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        site.ProxmoxClock.Stop();
        site.Proxmox.Faults.LoseAnswers(times: 1, path: "*/clone", method: "POST");
        var job = await site.CloneAsync(with: clone => clone with { Start = false });

        var looking = await site.UntilAsync(job, row => row.Steps[1].Message?.Contains("answer was lost", StringComparison.Ordinal) == true, "it looks for the task");
        Assert.That(looking.Slot, Does.Contain($"{job.Id}/clone"));
        Assert.That(await HoldersAsync(site), Has.Member($"{job.Id}/clone"));
        await site.UntilAsync(job, row => row.Steps[1].Upid is not null, "it found the task");
        Assert.That(await HoldersAsync(site), Has.Member($"{job.Id}/clone"));

        site.ProxmoxClock.Go();
        await site.SucceededAsync(job);
        Assert.That(site.Proxmox.Tasks.Count(task => task.Type == "qmclone"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_slot_granted_to_a_job_that_is_over_meanwhile_goes_back()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false, Resting = ["admission-watch"] });
        var vm = await site.MakeVmAsync();
        var job = await site.DoAsync(vm, VmAction.Start);
        await EmptyAsync(site);
        var slot = StepSlots.Request(job, VmOperationSteps.Task, "run-vm-task", new Slot(AdmissionClass.Power, vm.Node!));
        var decision = await site.Services.GetRequiredService<IAdmission>().RequestAsync(slot, default);
        Assert.That(decision.Outcome, Is.EqualTo(AdmissionOutcome.Granted));

        await site.DeliverAsync("run-vm-task", new RunVmTask(job.Id));

        Assert.That(await HoldersAsync(site), Is.Empty);
    }

    [Test]
    public async Task A_slot_of_a_job_that_is_over_is_taken_back_by_the_watch()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false, Resting = ["admission-watch"] });
        var vm = await site.MakeVmAsync();
        var job = await site.DoAsync(vm, VmAction.Start);
        await EmptyAsync(site);
        var slot = StepSlots.Request(job, VmOperationSteps.Task, "run-vm-task", new Slot(AdmissionClass.Power, vm.Node!));
        await site.Services.GetRequiredService<IAdmission>().RequestAsync(slot, default);

        await site.RoundAsync<AdmissionMonitor>();

        Assert.That(await HoldersAsync(site), Is.Empty);
    }

    [Test]
    public async Task After_a_mixed_load_with_cancels_and_failures_no_step_holds_a_slot_or_waits()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false, Resting = ["admission-watch"] });
        site.Proxmox.Faults.Fail(500, "start failed: no such bridge", times: 2, path: "*/status/start", method: "POST");
        site.Proxmox.Faults.LoseAnswers(times: 2, path: "*/clone", method: "POST");
        site.Proxmox.Faults.Fail(595, "No route to host", times: 1, path: "*/config", method: "PUT");
        var jobs = new List<Job>();
        for (var number = 0; number < 12; number++)
        {
            jobs.Add(await site.CloneAsync(name: $"web{number}", company: number % 3 == 0 ? null : number % 3));
        }

        foreach (var job in jobs.Where((_, number) => number % 3 == 0))
        {
            await site.CancelAsync(job);
        }

        var ended = new List<Job>();
        foreach (var job in jobs)
        {
            ended.Add(await site.EndedAsync(job));
        }

        await EmptyAsync(site);
        var made = ended.Where(job => job.Status == JobStatus.Succeeded).Select(job => job.TargetName).ToList();
        Assert.That(site.Proxmox.Vms.Where(vm => !vm.IsTemplate).Select(vm => vm.Name), Is.EquivalentTo(made));
        Assert.That(made, Is.Not.Empty);
    }

    private static Task<AdmissionReport> FullAsync(Site site, int waiting) => site.SeesAsync(
        there => there.SlotsAsync(),
        report => report.Holders.Count(holder => holder.Slot.Class == AdmissionClass.Clone) == ClonesANode && report.Waiters.Count == waiting,
        $"all slots are taken and {waiting} wait");

    private static Task<AdmissionReport> EmptyAsync(Site site) => site.SeesAsync(
        there => there.SlotsAsync(), report => report is { Holders.Count: 0, Waiters.Count: 0 }, "no step holds a slot or waits for one");

    private static async Task<IReadOnlyList<string>> HoldersAsync(Site site) => [.. (await site.SlotsAsync()).Holders.Select(holder => holder.Slot.Holder)];

    private static async Task<int> SlotsInRowsAsync(Site site)
    {
        await using var db = site.Database.OpenAll();
        return await db.Jobs.CountAsync(job => job.Slot != null);
    }
}
