namespace MultiPanel.Simulator.Tests;

/// <summary>What Proxmox says where a storage is not, and of who may not put a VM there.</summary>
public sealed class PlaceTests
{
    [Test]
    public async Task A_linked_clone_to_a_node_without_the_storage_passes_and_its_start_fails()
    {
        await using var site = await Site.StartAsync();
        site.Cluster.Faults.LimitStorage("shared", "n1");
        var upid = await site.Clone(101, ("target", "n2"));
        site.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That(site.Task(upid).ExitStatus, Is.EqualTo("OK"));
        Assert.That(site.Cluster.Vm(101)!.Node, Is.EqualTo("n2"));

        var start = await site.Client.Post("/nodes/n2/qemu/101/status/start");
        site.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.That(site.Task(start.Text).ExitStatus, Is.EqualTo("storage 'shared' is not available on node 'n2'"));
    }

    [Test]
    public async Task A_full_clone_to_a_storage_that_is_not_shared_or_not_there_is_refused()
    {
        await using var site = await Site.StartAsync();

        var local = await site.Client.Post($"/nodes/n1/qemu/{Site.Template}/clone", ("newid", 101), ("full", 1), ("storage", "local"), ("target", "n2"));
        site.Cluster.Faults.LimitStorage("local", "n1");
        var missing = await site.Client.Post($"/nodes/n1/qemu/{Site.Template}/clone", ("newid", 101), ("full", 1), ("storage", "local"), ("target", "n2"));

        Assert.That((local.Status, local.Reason), Is.EqualTo((500, "can't clone to non-shared storage 'local'")));
        Assert.That((missing.Status, missing.Reason), Is.EqualTo((500, "storage 'local' is not available on node 'n2'")));
    }

    [Test]
    public async Task A_balloon_must_not_be_larger_than_the_memory()
    {
        await using var site = await Site.StartAsync();

        var refused = await site.Client.Put($"/nodes/n1/qemu/{Site.Template}/config", ("memory", 512), ("balloon", 1024));

        Assert.That((refused.Status, refused.Reason), Is.EqualTo((500, "balloon value too large (must be smaller than assigned memory)")));
    }
}
