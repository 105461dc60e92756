namespace MultiPanel.Simulator.Tests;

/// <summary>A VM whose memory is on disk is stopped and locked; what works on it, and in which words the rest is refused.</summary>
public sealed class HibernationTests
{
    private const string Vm = "/nodes/n1/qemu/101";

    [TestCase("shutdown")]
    [TestCase("stop")]
    public async Task Ending_a_hibernated_vm_succeeds_and_changes_nothing(string verb)
    {
        await using var site = await HibernatedAsync();
        var before = site.Cluster.Vm(101)!.Config;

        var task = await RunAsync(site, $"{Vm}/status/{verb}");

        Assert.That(task.ExitStatus, Is.EqualTo("OK"));
        Assert.That(site.Cluster.Vm(101)!.Config, Is.EqualTo(before));
        Assert.That(before["lock"], Is.EqualTo("suspended"));
    }

    [TestCase("start")]
    [TestCase("resume")]
    public async Task Starting_and_resuming_both_wake_it_and_it_is_paused_for_a_moment(string verb)
    {
        await using var site = await HibernatedAsync();

        var upid = (await site.Client.Post($"{Vm}/status/{verb}")).Text;
        site.Clock.Advance(TimeSpan.FromSeconds(1.2)); // the start takes a second
        var early = site.Cluster.Vm(101)!;
        site.Clock.Advance(TimeSpan.FromSeconds(1));
        var later = site.Cluster.Vm(101)!;

        Assert.That(site.Task(upid).ExitStatus, Is.EqualTo("OK"));
        Assert.That(site.Task(upid).Log, Does.Contain("Resuming suspended VM").And.Contain("Resumed VM, removing state"));
        Assert.That((early.Status, later.Status), Is.EqualTo(("paused", "running")));
        Assert.That(later.Config.Keys, Has.None.AnyOf("lock", "vmstate", "runningcpu", "runningmachine", "running-nets-host-mtu"));
    }

    [TestCase("reset")]
    [TestCase("reboot")]
    [TestCase("suspend")]
    public async Task What_needs_a_process_says_that_there_is_none(string verb)
    {
        await using var site = await HibernatedAsync();

        var refused = await site.Client.Post($"{Vm}/status/{verb}");

        Assert.That((refused.Status, refused.Reason), Is.EqualTo((500, "VM 101 not running")));
    }

    [Test]
    public async Task What_would_change_its_configuration_is_refused_because_of_the_lock()
    {
        await using var site = await HibernatedAsync();

        var config = await site.Client.Put($"{Vm}/config", ("description", "x"));
        var clone = await site.Client.Post($"{Vm}/clone", ("newid", 102), ("full", 1));
        var migrate = await site.Client.Post($"{Vm}/migrate", ("target", "n2"));
        var snapshot = await RunAsync(site, $"{Vm}/snapshot", ("snapname", "s1"));

        const string Locked = "VM is locked (suspended)";
        Assert.That((config.Reason, clone.Reason, migrate.Reason, snapshot.ExitStatus), Is.EqualTo((Locked, Locked, Locked, Locked)));
    }

    [Test]
    public async Task Deleting_it_takes_its_saved_memory_along()
    {
        await using var site = await HibernatedAsync();
        var volume = site.Cluster.Vm(101)!.Config["vmstate"];

        var upid = (await site.Client.Delete(Vm)).Text;
        site.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.That(site.Task(upid).ExitStatus, Is.EqualTo("OK"));
        Assert.That(site.Cluster.Vm(101), Is.Null);
        var left = (await site.Client.Get("/nodes/n1/storage/shared/content")).Data!.AsArray().Select(row => row!["volid"]!.GetValue<string>());
        Assert.That(left, Has.None.EqualTo(volume));
    }

    [Test]
    public async Task What_was_pending_is_pending_still_when_it_has_woken()
    {
        await using var site = await HibernatedAsync(("cores", 8));

        await RunAsync(site, $"{Vm}/status/start");

        var pending = (await site.Client.Get($"{Vm}/pending")).Data!.AsArray().Single(row => row!["key"]!.GetValue<string>() == "cores")!;
        Assert.That((pending["value"]!.GetValue<int>(), pending["pending"]!.GetValue<int>()), Is.EqualTo((2, 8)));
    }

    private static async Task<Site> HibernatedAsync(params (string, object)[] change)
    {
        var site = await Site.StartAsync();
        await site.RunningClone(101);
        await site.Client.Put($"{Vm}/config", [("description", "d"), .. change]);
        await RunAsync(site, $"{Vm}/status/suspend", ("todisk", 1));
        site.Clock.Advance(TimeSpan.FromSeconds(5)); // until the process is gone
        Assert.That(site.Cluster.Vm(101)!.Status, Is.EqualTo("stopped"));
        return site;
    }

    private static async Task<SimulatedTask> RunAsync(Site site, string path, params (string, object)[] form)
    {
        var upid = (await site.Client.Post(path, form)).Text;
        site.Clock.Advance(TimeSpan.FromSeconds(3));
        return site.Task(upid);
    }
}
