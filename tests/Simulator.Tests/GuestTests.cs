namespace MultiPanel.Simulator.Tests;

public sealed class GuestTests
{
    [Test]
    public async Task Agent_answers_a_while_after_the_start()
    {
        await using var site = await Site.StartAsync();
        await site.MadeClone(101);
        await site.Client.Post("/nodes/n1/qemu/101/status/start");
        site.Clock.Advance(TimeSpan.FromSeconds(1.5));

        var early = await site.Client.Post("/nodes/n1/qemu/101/agent/ping"); // takes 3 s to say no
        site.Clock.Advance(TimeSpan.FromSeconds(3));
        var later = await site.Client.Post("/nodes/n1/qemu/101/agent/ping");
        var interfaces = (await site.Client.Get("/nodes/n1/qemu/101/agent/network-get-interfaces")).Data!["result"]!.AsArray();

        Assert.That((early.Status, early.Reason), Is.EqualTo((500, "QEMU guest agent is not running")));
        Assert.That(later.Status, Is.EqualTo(200));
        Assert.That(interfaces.Select(nic => nic!["name"]!.GetValue<string>()), Is.EqualTo(new[] { "lo", "eth0" }));
    }

    [Test]
    public async Task Resources_lag_behind_by_a_cycle_of_pvestatd()
    {
        await using var site = await Site.StartAsync();
        await site.Clone(101);
        site.Clock.Advance(TimeSpan.FromSeconds(5));

        var early = await site.Resource(101);
        site.Clock.Advance(TimeSpan.FromSeconds(5));
        var later = await site.Resource(101);

        Assert.That(early["status"]!.GetValue<string>(), Is.EqualTo("unknown"));
        Assert.That(early.ContainsKey("name"), Is.False);
        Assert.That(later["status"]!.GetValue<string>(), Is.EqualTo("stopped"));
    }

    [Test]
    public async Task Memory_changed_on_a_running_vm_is_pending_until_it_stops()
    {
        await using var site = await Site.StartAsync();
        await site.RunningClone(101);
        await site.Client.Put("/nodes/n1/qemu/101/config", ("memory", 4096), ("tags", "b;a"));

        var current = (await site.Client.Get("/nodes/n1/qemu/101/config?current=1")).Data!;
        await site.Client.Post("/nodes/n1/qemu/101/status/stop");
        site.Clock.Advance(TimeSpan.FromSeconds(5));
        var stopped = (await site.Client.Get("/nodes/n1/qemu/101/config?current=1")).Data!;

        Assert.That((current["memory"]!.GetValue<string>(), current["tags"]!.GetValue<string>()), Is.EqualTo(("2048", "a;b")));
        Assert.That(stopped["memory"]!.GetValue<string>(), Is.EqualTo("4096"));
    }

    [Test]
    public async Task Agent_that_is_kept_down_stays_down()
    {
        await using var site = await Site.StartAsync();
        await site.RunningClone(101);
        site.Cluster.Faults.KeepAgentDown(101);

        Assert.That((await site.Client.Post("/nodes/n1/qemu/101/agent/ping")).Status, Is.EqualTo(500));
    }

    [Test]
    public async Task Privileges_are_named_by_path()
    {
        await using var site = await Site.StartAsync();
        await site.Client.Post("/access/users", ("userid", "low@pve"), ("password", "lowlowlow"));
        var secret = (await site.Client.Post("/access/users/low@pve/token/t1", ("privsep", 0))).Data!["value"]!.GetValue<string>();
        using var low = new PveClient(site.Cluster, site.Clock, $"low@pve!t1={secret}");

        var refused = await low.Get($"/nodes/n1/qemu/{Site.Template}/config");
        await site.Client.Put("/access/acl", ("path", $"/vms/{Site.Template}"), ("roles", "PVEAuditor"), ("users", "low@pve"));
        var allowed = await low.Get($"/nodes/n1/qemu/{Site.Template}/config");

        Assert.That((refused.Status, refused.Reason), Is.EqualTo((403, $"Permission check failed (/vms/{Site.Template}, VM.Audit)")));
        Assert.That(allowed.Status, Is.EqualTo(200));
    }
}
