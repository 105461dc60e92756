using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.TestKit;

namespace MultiPanel.Workers.Tests.VmOperations;

/// <summary>Jobs that wait in line for a slot, and what becomes of their slots.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class SlotTests
{
    [Test]
    public async Task Two_snapshots_of_one_vm_that_waited_in_line_are_both_taken()
    {
        await using var site = await Site.StartAsync();
        var vm = await site.MakeVmAsync();
        var held = await site.TakeSlotsAsync(AdmissionClass.Snapshot, vm.Node!);
        var first = await site.OperateAsync(vm.Id, VmAction.Snapshot, snapshot => snapshot with { Snapshot = "first" });
        await site.UntilAsync(first, InLine, "it waits in line");
        var second = await site.OperateAsync(vm.Id, VmAction.Snapshot, snapshot => snapshot with { Snapshot = "second" });
        await site.UntilAsync(second, job => job.Steps[0].Message?.Contains("of the same VM", StringComparison.Ordinal) == true, "it waits for the first");

        site.Advance(TimeSpan.FromSeconds(5));
        await site.GiveBackAsync(held.Take(1));

        await site.SucceededAsync(first);
        await site.SucceededAsync(second);
        Assert.That(site.InProxmox(vm)!.Snapshots, Is.EquivalentTo(new[] { "first", "second" }));
    }

    [Test]
    public async Task A_job_that_waited_long_for_its_slot_still_has_patience_with_proxmox()
    {
        await using var site = await Site.StartAsync();
        var vm = await site.MakeVmAsync();
        var held = await site.TakeSlotsAsync(AdmissionClass.Power, vm.Node!);
        site.Proxmox.Faults.LoseAnswers(times: 1, path: $"/nodes/*/qemu/{vm.Vmid}/status/start", method: "POST");
        var job = await site.OperateAsync(vm.Id, VmAction.Start);
        await site.UntilAsync(job, InLine, "it waits in line");

        site.ProxmoxClock.Advance(TimeSpan.FromMinutes(2));
        site.Advance(TimeSpan.FromMinutes(2));
        await site.GiveBackAsync(held);

        await site.SucceededAsync(job);
        Assert.That(await site.ReportedAsync(job), Has.Some.Contains("The answer was lost"));
        Assert.That(site.TasksOf(vm, "qmstart"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_step_that_is_tried_again_later_gives_its_slot_back_meanwhile()
    {
        await using var site = await Site.StartAsync();
        var stuck = await site.MakeVmAsync("stuck", clone => clone with { Node = "east1" });
        var quick = await site.MakeVmAsync("quick", clone => clone with { Node = "east1" });
        await site.TakeSlotsAsync(AdmissionClass.Power, "east1", allBut: 1);
        site.Proxmox.Faults.Fail(500, "cluster not ready - no quorum?", times: null, path: $"/nodes/*/qemu/{stuck.Vmid}/status/start", method: "POST");
        var waiting = await site.OperateAsync(stuck.Id, VmAction.Start);
        await site.UntilAsync(waiting, row => row.Steps[0].Status == StepStatus.Waiting, "it is tried again later");

        await site.DoAsync(quick, VmAction.Start);

        Assert.That(site.InProxmox(quick)!.Status, Is.EqualTo("running"));
    }

    [Test]
    public async Task A_cancelled_clone_leaves_the_line()
    {
        await using var site = await Site.StartAsync();
        await site.TakeSlotsAsync(AdmissionClass.Clone, "east1");
        var job = await site.CloneAsync();
        await site.UntilAsync(job, row => row.Steps[1] is { Status: StepStatus.Waiting, Message: not null }, "it waits in line");

        await site.CancelAsync(job);
        await site.UntilAsync(job, row => row.IsFinal, "it ended");

        var slots = await site.SlotsAsync();
        Assert.That(slots.Waiters.Where(waiter => waiter.Wanted.JobId == job.Id), Is.Empty);
        Assert.That(slots.Holders.Where(holder => holder.Slot.JobId == job.Id && holder.Slot.Class == AdmissionClass.Clone), Is.Empty);
    }

    private static bool InLine(Data.Jobs.Job row) =>
        row.Steps[0] is { Status: StepStatus.Waiting, Message: { } message } && message.Contains("in line", StringComparison.Ordinal);
}
