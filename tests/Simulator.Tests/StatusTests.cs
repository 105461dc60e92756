using System.Text.Json.Nodes;

namespace MultiPanel.Simulator.Tests;

/// <summary>What the cluster's list and <c>status/current</c> say of the same VM: they differ by design.</summary>
public sealed class StatusTests
{
    [Test]
    public async Task Paused_vm_is_paused_in_the_list_and_running_in_its_status()
    {
        await using var site = await Site.StartAsync();
        await site.RunningClone(101);

        await site.Client.Post("/nodes/n1/qemu/101/status/suspend");
        site.Clock.Advance(TimeSpan.FromSeconds(11));

        var current = await Current(site, 101);
        Assert.That((await site.Resource(101))["status"]!.GetValue<string>(), Is.EqualTo("paused"));
        Assert.That((Text(current, "status"), Text(current, "qmpstatus")), Is.EqualTo(("running", "paused")));
    }

    [TestCase("prelaunch")]
    [TestCase("io-error")]
    [TestCase("internal-error")]
    public async Task List_shows_qemus_own_word(string word)
    {
        await using var site = await Site.StartAsync();
        await site.RunningClone(101);

        site.Cluster.Faults.SetQmpStatus(101, word);
        site.Clock.Advance(TimeSpan.FromSeconds(11));

        var current = await Current(site, 101);
        var listed = (await site.Client.Get("/nodes/n1/qemu?full=1")).Data!.AsArray().Single(row => row!["vmid"]!.GetValue<int>() == 101)!.AsObject();
        Assert.That(Text(await site.Resource(101), "status"), Is.EqualTo(word));
        Assert.That((Text(current, "status"), Text(current, "qmpstatus")), Is.EqualTo(("running", word)));
        Assert.That((Text(listed, "status"), Text(listed, "qmpstatus")), Is.EqualTo(("running", word)));
    }

    [Test]
    public async Task Hibernated_vm_is_stopped_and_locked_in_both()
    {
        await using var site = await Site.StartAsync();
        await site.RunningClone(101);

        await site.Client.Post("/nodes/n1/qemu/101/status/suspend", ("todisk", 1));
        site.Clock.Advance(TimeSpan.FromSeconds(21));

        var current = await Current(site, 101);
        var row = await site.Resource(101);
        Assert.That((Text(row, "status"), Text(row, "lock")), Is.EqualTo(("stopped", "suspended")));
        Assert.That((Text(current, "status"), Text(current, "qmpstatus"), Text(current, "lock")), Is.EqualTo(("stopped", "stopped", "suspended")));
    }

    [Test]
    public async Task Vm_without_a_name_is_listed_by_its_id_with_lock_pool_and_ha_state()
    {
        await using var site = await Site.StartAsync();
        await site.Client.Post("/pools", ("poolid", "desks"));
        await site.Client.Post("/nodes/n1/qemu", ("vmid", 101), ("memory", 128), ("pool", "desks"));
        site.Clock.Advance(TimeSpan.FromSeconds(11));

        await site.Client.Post("/cluster/ha/resources", ("sid", "vm:101"), ("state", "ignored"));
        site.Cluster.Faults.SetConfigLock(101, "backup");

        var row = await site.Resource(101);
        var current = await Current(site, 101);
        Assert.That((Text(row, "name"), Text(row, "pool"), Text(row, "hastate"), Text(row, "lock")), Is.EqualTo(("VM 101", "desks", "ignored", "backup")));
        Assert.That(Text(current, "name"), Is.EqualTo("VM 101"));
        Assert.That(current["ha"]!["managed"]!.GetValue<int>(), Is.Zero);
    }

    [Test]
    public async Task Clone_that_pvestatd_saw_as_a_stub_keeps_the_stubs_name_and_memory_until_the_next_cycle()
    {
        await using var site = await Site.StartAsync();
        await site.Clone(101, ("full", 1), ("name", "desk")); // 10 s
        var early = await site.Resource(101);
        site.Clock.Advance(TimeSpan.FromSeconds(10.5));
        var ended = await site.Resource(101);
        site.Clock.Advance(TimeSpan.FromSeconds(10));
        var later = await site.Resource(101);

        Assert.That(early.Select(pair => pair.Key), Is.EquivalentTo(new[] { "id", "type", "vmid", "node", "status", "lock" }));
        Assert.That(Text(early, "status"), Is.EqualTo("unknown"));
        Assert.That((Text(ended, "name"), ended["maxmem"]!.GetValue<long>(), ended.ContainsKey("lock")), Is.EqualTo(("VM 101", 512L << 20, false)));
        Assert.That(Text(later, "name"), Is.EqualTo("desk"));
    }

    private static async Task<JsonObject> Current(Site site, int vmId) => (await site.Client.Get($"/nodes/n1/qemu/{vmId}/status/current")).Data!.AsObject();

    private static string Text(JsonObject node, string key) => node[key]!.GetValue<string>();
}
