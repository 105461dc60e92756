using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data.Vms;
using MultiPanel.Simulator;
using MultiPanel.TestKit;

namespace MultiPanel.Workers.Tests.VmOperations;

/// <summary>Of an HA resource, Proxmox's task only asks the HA manager; the job follows the work.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class HaTests
{
    [Test]
    public async Task What_is_asked_of_the_HA_manager_is_followed_to_the_work_and_its_slot_is_held()
    {
        await using var site = await SlowAsync();
        var vm = await MakeHaVmAsync(site);
        var job = await site.OperateAsync(vm.Id, VmAction.Start);
        var waiting = await site.UntilAsync(job, row => row.Steps[0].Message?.Contains("HA manager", StringComparison.Ordinal) == true, "it waits for the HA manager");
        Assert.That((waiting.Status, waiting.Slot is not null), Is.EqualTo((JobStatus.Running, true)));
        site.Advance(TimeSpan.FromSeconds(5));

        var ended = await site.SucceededAsync(job);

        Assert.That(ended.Steps[0].Tasks, Is.EqualTo(2), "the one that asks, and the one that does it");
        Assert.That(ended.Steps[0].Upid, Does.Contain(":qmstart:"));
        Assert.That(site.InProxmox(vm)!.Status, Is.EqualTo("running"));
    }

    [TestCase(VmAction.Stop, "qmstop")]
    [TestCase(VmAction.Shutdown, "qmshutdown")]
    public async Task It_stops_a_vm(VmAction action, string type)
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await MakeHaVmAsync(site);
        site.Advance(TimeSpan.FromSeconds(5));
        await site.DoAsync(vm, VmAction.Start);

        await site.DoAsync(vm, action);

        Assert.That(site.TasksOf(vm, type), Has.Count.EqualTo(1), "the manager's, which the job waited for");
        Assert.That(site.InProxmox(vm)!.Status, Is.EqualTo("stopped"));
    }

    [Test]
    public async Task It_moves_a_vm()
    {
        await using var site = await SlowAsync();
        var vm = await MakeHaVmAsync(site);
        var target = site.Proxmox.Nodes.First(node => node != vm.Node);
        site.Advance(TimeSpan.FromSeconds(5));
        await site.DoAsync(vm, VmAction.Start);

        var ended = await site.EndedAsync(await site.OperateAsync(vm.Id, VmAction.Migrate, with => with with { Node = target }));

        Assert.That((ended.Status, ended.Steps[0].Tasks), Is.EqualTo((JobStatus.Succeeded, 2)), ended.Error?.ToString());
        Assert.That(ended.Steps[0].Upid, Does.Contain(":qmigrate:"));
        Assert.That((await site.RowAsync(vm.Id))!.Node, Is.EqualTo(target));
    }

    [Test]
    public async Task Work_of_the_HA_manager_that_was_killed_ends_the_job()
    {
        var speed = new SimulatorSpeed { Migration = TimeSpan.FromHours(1), HaRound = TimeSpan.FromSeconds(1) };
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false, Simulator = SimulatorOptions.Demo() with { TimeScale = 20, Speed = speed } });
        var vm = await MakeHaVmAsync(site);
        site.Advance(TimeSpan.FromSeconds(5));
        await site.DoAsync(vm, VmAction.Start);
        var job = await site.OperateAsync(vm.Id, VmAction.Migrate, with => with with { Node = site.Proxmox.Nodes.First(node => node != vm.Node) });
        var moving = await site.UntilAsync(job, row => row.Steps[0].Upid?.Contains(":qmigrate:", StringComparison.Ordinal) == true, "the manager moves it");

        site.Proxmox.Faults.KillTask(moving.Steps[0].Upid!);

        var ended = await site.EndedAsync(job);
        Assert.That((ended.Status, ended.Error!.Code), Is.EqualTo((JobStatus.Failed, JobErrorCodes.TaskLost)), ended.Error.ToString());
    }

    [Test]
    public async Task A_new_attempt_after_killed_work_asks_the_HA_manager_again()
    {
        await using var site = await SlowAsync();
        var vm = await MakeHaVmAsync(site);
        site.Advance(TimeSpan.FromSeconds(5));
        await site.DoAsync(vm, VmAction.Start);
        var job = await site.OperateAsync(vm.Id, VmAction.Migrate, with => with with { Node = site.Proxmox.Nodes.First(node => node != vm.Node) });
        var moving = await site.UntilAsync(job, row => row.Steps[0].Upid?.Contains(":qmigrate:", StringComparison.Ordinal) == true, "the manager moves it");
        site.Proxmox.Faults.KillTask(moving.Steps[0].Upid!);
        await site.EndedAsync(job);
        site.Proxmox.Faults.SetConfigLock(vm.Vmid!.Value, null);

        var again = await site.EndedAsync(await site.RetryAsync(job));

        Assert.That((again.Status, again.Attempt), Is.EqualTo((JobStatus.Succeeded, 2)), again.Error?.ToString());
        Assert.That(site.TasksOf(vm, "hamigrate"), Has.Count.EqualTo(2));
        Assert.That(again.Steps[0].Upid, Does.Contain(":qmigrate:").And.Not.EqualTo(moving.Steps[0].Upid));
    }

    /// <summary>A start and a migration take ten seconds, so that the job sees them run.</summary>
    private static Task<Site> SlowAsync() => Site.StartAsync(new SiteOptions
    {
        Inventory = false,
        Simulator = SimulatorOptions.Demo() with
        {
            TimeScale = 20,
            Speed = new SimulatorSpeed { Start = TimeSpan.FromSeconds(200), Migration = TimeSpan.FromSeconds(200) },
        },
    });

    private static async Task<Vm> MakeHaVmAsync(Site site)
    {
        var vm = await site.MakeVmAsync();
        await site.CallAsync(HttpMethod.Post, "/cluster/ha/resources", ("sid", $"vm:{vm.Vmid}"), ("state", "ignored"));
        return vm;
    }
}
