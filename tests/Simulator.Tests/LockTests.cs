namespace MultiPanel.Simulator.Tests;

public sealed class LockTests
{
    [Test]
    public async Task Config_change_waits_ten_seconds_for_a_held_lock()
    {
        await using var site = await Site.StartAsync();
        await site.MadeClone(101);
        site.Cluster.Faults.HoldVmLock(101);
        var before = site.Clock.GetUtcNow();

        var answer = await site.Client.Put("/nodes/n1/qemu/101/config", ("memory", 4096));

        Assert.That(answer.Reason, Is.EqualTo("can't lock file '/var/lock/qemu-server/lock-101.conf' - got timeout"));
        Assert.That(site.Clock.GetUtcNow() - before, Is.EqualTo(TimeSpan.FromSeconds(10)).Within(TimeSpan.FromSeconds(0.5)));
    }

    [Test]
    public async Task Task_that_waits_for_a_lock_goes_on_when_it_is_released()
    {
        await using var site = await Site.StartAsync();
        await site.MadeClone(101);
        site.Cluster.Faults.HoldVmLock(101);
        var upid = (await site.Client.Post("/nodes/n1/qemu/101/status/start")).Text;
        site.Clock.Advance(TimeSpan.FromSeconds(5));

        site.Cluster.Faults.ReleaseVmLock(101);
        site.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.That(site.Task(upid).Log, Is.EqualTo(new[] { "trying to acquire lock...", " OK", "TASK OK" }));
        Assert.That(site.Cluster.Vm(101)!.Status, Is.EqualTo("running"));
    }

    [Test]
    public async Task Vm_cannot_start_while_it_is_the_source_of_a_running_full_clone()
    {
        await using var site = await Site.StartAsync(options => options with { Speed = options.Speed with { CloneBytesPerSecond = 1 << 30 } });
        await site.MadeClone(101);
        await site.Client.Post("/nodes/n1/qemu/101/clone", ("newid", 102), ("full", 1));
        var upid = (await site.Client.Post("/nodes/n1/qemu/101/status/start")).Text;
        site.Clock.Advance(TimeSpan.FromSeconds(11));

        Assert.That(site.Task(upid).ExitStatus, Is.EqualTo("can't lock file '/var/lock/qemu-server/lock-101.conf' - got timeout"));
    }

    [TestCase("local", "clone failed: can't lock file '/var/lock/pve-manager/pve-storage-local' - got timeout")]
    [TestCase("shared", "clone failed: cfs-lock 'storage-shared' error: got lock request timeout")]
    public async Task Held_storage_lock_fails_a_clone_after_ten_seconds(string storage, string text)
    {
        await using var site = await Site.StartAsync();
        site.Cluster.Faults.HoldStorageLock(storage);
        var upid = await site.Clone(101, ("full", 1), ("storage", storage));
        site.Clock.Advance(TimeSpan.FromSeconds(9));
        var early = site.Task(upid).EndedAt;
        site.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.That(early, Is.Null);
        Assert.That(site.Task(upid).ExitStatus, Is.EqualTo(text));
    }

    [Test]
    public async Task Config_lock_refuses_changes_and_ends_tasks()
    {
        await using var site = await Site.StartAsync();
        await site.MadeClone(101);
        site.Cluster.Faults.SetConfigLock(101, "backup");

        var put = await site.Client.Put("/nodes/n1/qemu/101/config", ("memory", 4096));
        var start = (await site.Client.Post("/nodes/n1/qemu/101/status/start")).Text;
        site.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.That(put.Reason, Is.EqualTo("VM is locked (backup)"));
        Assert.That(site.Task(start).ExitStatus, Is.EqualTo("VM is locked (backup)"));
    }
}
