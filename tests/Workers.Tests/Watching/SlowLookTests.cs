using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Sagas.Admission;
using MultiPanel.TestKit;
using MultiPanel.Workers.Admission;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Tests.Watching;

/// <summary>What follows from a task's end looks at the VM; it may take long, and holds up nothing else.</summary>
public sealed class SlowLookTests
{
    private const string Node = "east1";

    [Test]
    public async Task A_vm_that_answers_slowly_holds_up_no_other_of_its_node()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var (slow, other) = (await site.MakeVmAsync("slow", clone => clone with { Node = Node }), await site.MakeVmAsync("other", clone => clone with { Node = Node }));
        site.Proxmox.Faults.Slow(TimeSpan.FromSeconds(15), path: $"/nodes/{Node}/qemu/{slow.Vmid}/status/current", times: 1);
        var first = await site.OperateAsync(slow.Id, VmAction.Start);
        await site.SeesAsync(there => Task.FromResult(there.TasksOf(slow, "qmstart")), tasks => tasks is [{ EndedAt: not null }], "its task ended");

        await site.SucceededAsync(await site.OperateAsync(other.Id, VmAction.Start));

        Assert.That((await site.UntilAsync(first, _ => true, "it is there")).IsFinal, Is.False, "its look still waits for an answer");
        site.Proxmox.Faults.Clear();
        await site.SucceededAsync(first);
    }

    [Test]
    public async Task A_slot_is_given_back_when_its_task_has_ended_and_not_when_the_vm_shows_it()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        site.Proxmox.Faults.Fail(500, "cluster not ready - no quorum?", times: null, path: $"/nodes/{vm.Node}/qemu/{vm.Vmid}/status/current");
        var job = await site.OperateAsync(vm.Id, VmAction.Start);

        await site.UntilAsync(job, row => row.FindStep(VmOperationSteps.Observe)!.Status == StepStatus.Waiting, "it waits for an answer");

        var admission = site.Services.GetRequiredService<IAdmission>();
        await site.SeesAsync(
            async _ => (await admission.ReportAsync(StepSlots.Cluster(job), default)).Holders, holders => holders.Count == 0, "its slot is free");
        site.Proxmox.Faults.Clear();
        await site.SucceededAsync(job);
    }
}
