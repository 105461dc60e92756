using MultiPanel.Contracts.Vms;

namespace MultiPanel.Workers.Tests.Inventory;

/// <summary>What a round of the inventory costs the database.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class InventoryCostTests
{
    private const int Vms = 200;

    [Test]
    public async Task A_round_in_which_nothing_changed_writes_nothing()
    {
        await using var inventory = await InventorySite.StartAsync(Vms);
        await inventory.RoundAsync();
        Assert.That((await inventory.RowAsync(InventorySite.First))!.MemoryMb, Is.EqualTo(2048), "the first round took over what Proxmox says");

        await inventory.RoundAsync();
        Assert.That(inventory.Sql.Writes, Is.Empty);
        Assert.That(inventory.Sql.Reads, Has.Count.EqualTo(1), "the clusters, and of this one nothing");

        await inventory.RoundAsync(inventory.NewWorker());
        Assert.That(inventory.Sql.Writes, Is.Empty, "another worker compares all rows and finds nothing to write");
    }

    [Test]
    public async Task A_minute_later_all_is_compared_again_and_the_cluster_alone_is_written()
    {
        await using var inventory = await InventorySite.StartAsync(Vms);
        await inventory.RoundAsync();

        inventory.Clock.Advance(TimeSpan.FromSeconds(61));
        await inventory.RoundAsync();

        Assert.That(inventory.Sql.Writes, Has.Count.EqualTo(1).And.All.Contains("clusters"));
    }

    [Test]
    public async Task One_changed_vm_writes_one_row()
    {
        await using var inventory = await InventorySite.StartAsync(Vms);
        await inventory.RoundAsync();
        var before = await inventory.RowAsync(InventorySite.First + 1);
        await inventory.RenameAsync("new", InventorySite.First + 7);

        await inventory.RoundAsync();

        Assert.That(inventory.Sql.Writes, Has.Count.EqualTo(1).And.All.Contains("vms"));
        Assert.That((await inventory.RowAsync(InventorySite.First + 7))!.Name, Is.EqualTo($"new{InventorySite.First + 7}"));
        Assert.That((await inventory.RowAsync(InventorySite.First + 1))!.SeenAt, Is.EqualTo(before!.SeenAt), "nothing is written of the others");
    }

    [TestCase(5)]
    [TestCase(Vms)]
    public async Task A_full_comparison_reads_as_often_whatever_the_size(int vms)
    {
        await using var inventory = await InventorySite.StartAsync(vms);
        await inventory.RoundAsync();

        await inventory.RoundAsync(inventory.NewWorker());

        Assert.That(inventory.Sql.Reads, Has.Count.EqualTo(4), "clusters, VMs, orphans, unfinished clones");
    }

    [Test]
    public async Task A_vm_that_is_missing_is_written_once()
    {
        await using var inventory = await InventorySite.StartAsync(3);
        await inventory.RoundAsync();
        await inventory.ChangeAsync(InventorySite.First, vm => vm.CreatedByJob = Guid.NewGuid());
        await inventory.ChangeAsync(InventorySite.First, vm => vm.Vmid = 4711);
        inventory.Clock.Advance(TimeSpan.FromSeconds(61));

        await inventory.RoundAsync();
        Assert.That((await inventory.RowAsync(4711))!.Status, Is.EqualTo(VmStatus.Unknown));
        await inventory.RoundAsync();

        Assert.That(inventory.Sql.Writes, Is.Empty);
    }
}
