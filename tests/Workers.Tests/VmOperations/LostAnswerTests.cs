using MultiPanel.Contracts.VmOperations;
using MultiPanel.TestKit;

namespace MultiPanel.Workers.Tests.VmOperations;

/// <summary>Proxmox acted, and its answer got lost on the way: the operation is found done or under way, not repeated.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class LostAnswerTests
{
    private Site site = null!;

    [OneTimeSetUp]
    public async Task StartSite() => site = await Site.StartAsync();

    [OneTimeTearDown]
    public async Task StopSite() => await site.DisposeAsync();

    [Test]
    public async Task Proxmoxs_clock_may_be_minutes_from_ours()
    {
        await using var apart = await Site.StartAsync();
        var vm = await apart.MakeVmAsync("apart");
        await apart.DoAsync(vm, VmAction.Start);
        apart.Advance(TimeSpan.FromMinutes(10));

        apart.Proxmox.Faults.LoseAnswers(times: 1, path: $"/nodes/*/qemu/{vm.Vmid}/status/reset", method: "POST");
        await apart.DoAsync(vm, VmAction.Reset);

        Assert.That(apart.TasksOf(vm, "qmreset"), Has.Count.EqualTo(1));
    }

    [TestCase(VmAction.Start, "POST", "/status/start", "qmstart")]
    [TestCase(VmAction.Stop, "POST", "/status/stop", "qmstop")]
    [TestCase(VmAction.Snapshot, "POST", "/snapshot", "qmsnapshot")]
    [TestCase(VmAction.Delete, "DELETE", "", "qmdestroy")]
    [TestCase(VmAction.Resize, "PUT", "/resize", "resize")]
    [TestCase(VmAction.Migrate, "POST", "/migrate", "qmigrate")]
    [TestCase(VmAction.Template, "POST", "/template", "qmtemplate")]
    public async Task An_operation_whose_answer_was_lost_is_done_once(VmAction action, string method, string path, string type)
    {
        var vm = await site.MakeVmAsync($"lost-{action}".ToLowerInvariant());
        if (action == VmAction.Stop)
        {
            await site.DoAsync(vm, VmAction.Start);
        }

        site.Proxmox.Faults.LoseAnswers(times: 1, path: $"/nodes/*/qemu/{vm.Vmid}{path}", method: method);
        var job = await site.DoAsync(vm, action, command => command with
        {
            Snapshot = "s1",
            DiskGb = 50,
            Node = site.Proxmox.Nodes.First(node => node != vm.Node),
        });

        Assert.That(await site.ReportedAsync(job), Has.Some.Contains("The answer was lost"));
        Assert.That(site.TasksOf(vm, type), Has.Count.EqualTo(1));
        var seen = site.InProxmox(vm);
        Assert.That(action switch
        {
            VmAction.Start => seen!.Status == "running",
            VmAction.Stop => seen!.Status == "stopped",
            VmAction.Snapshot => seen!.Snapshots.Count == 1,
            VmAction.Delete => seen is null && await site.RowAsync(vm.Id) is null,
            VmAction.Resize => seen!.Config["scsi0"].Contains("size=50G", StringComparison.Ordinal),
            VmAction.Migrate => seen!.Node != vm.Node,
            _ => seen!.IsTemplate,
        }, Is.True);
    }
}
