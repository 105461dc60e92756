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

    [Test]
    public async Task A_migration_ends_where_the_target_lacks_the_storage_of_a_disk()
    {
        await using var site = await Site.StartAsync();
        await site.MadeClone(101);
        site.Cluster.Faults.LimitStorage("shared", "n1");

        var upid = (await site.Client.Post("/nodes/n1/qemu/101/migrate", ("target", "n2"))).Text;
        site.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.That(site.Task(upid).ExitStatus, Is.EqualTo("migration aborted"));
        Assert.That(site.Task(upid).Log, Has.Some.EndsWith("storage 'shared' is not available on node 'n2'"));
        Assert.That(site.Cluster.Vm(101)!.Node, Is.EqualTo("n1"));
    }

    [Test]
    public async Task Local_disks_go_along_and_shared_ones_stay_whatever_the_target_storage()
    {
        await using var site = await Site.StartAsync(options => options with
        {
            Clusters = [options.Clusters[0] with { Storages = [.. options.Clusters[0].Storages, new("thin", "lvmthin", 100L << 30)] }],
        });
        await site.MadeClone(101, ("full", 1), ("storage", "local"));
        await site.MadeClone(102);
        foreach (var vmid in new[] { 101, 102 })
        {
            await site.Client.Post($"/nodes/n1/qemu/{vmid}/migrate", ("target", "n2"), ("with-local-disks", 1), ("targetstorage", "thin"));
            site.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.That((site.Cluster.Vm(101)!.Node, site.Cluster.Vm(102)!.Node), Is.EqualTo(("n2", "n2")));
        Assert.That(site.Cluster.Vm(101)!.Config["scsi0"], Is.EqualTo("thin:vm-101-disk-0,size=20G"));
        Assert.That(site.Cluster.Vm(102)!.Config["scsi0"], Does.StartWith("shared:9000/base-9000-disk-0.qcow2/102/"));
    }
}
