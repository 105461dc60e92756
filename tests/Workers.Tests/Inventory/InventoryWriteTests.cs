using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Vms;
using MultiPanel.TestKit;

namespace MultiPanel.Workers.Tests.Inventory;

/// <summary>What a round writes where something is in the way, and what it leaves to others.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class InventoryWriteTests
{
    private const int First = InventorySite.First, Second = First + 1, Third = First + 2;

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_row_that_the_database_refuses_leaves_the_others_written(bool real)
    {
        await using var inventory = await InventorySite.StartAsync(3, real);
        await inventory.RoundAsync();
        await RefuseAsync(inventory, real, vmid: First);
        await inventory.RenameAsync("new", First, Second, Third);

        await inventory.RoundAsync();

        Assert.That((await inventory.RowAsync(First))!.Name, Is.EqualTo($"vm{First}"));
        Assert.That((await inventory.RowAsync(Second))!.Name, Is.EqualTo($"new{Second}"));
        Assert.That((await inventory.RowAsync(Third))!.Name, Is.EqualTo($"new{Third}"));
        var warning = inventory.Log.Warnings.Single();
        Assert.That(warning.Text, Does.Contain($"new{First}").And.Contain($"VMID {First}"));
        Assert.That(warning.Exception, Is.Not.Null);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_vm_whose_row_a_job_deletes_meanwhile_costs_nothing(bool real)
    {
        await using var inventory = await InventorySite.StartAsync(2, real);
        await inventory.RoundAsync();
        await inventory.RenameAsync("new", First, Second);
        inventory.Sql.AfterReading("vms", async () =>
        {
            await using var db = inventory.Site.Database.OpenAll();
            Assert.That(await db.Vms.Where(vm => vm.Vmid == First).ExecuteDeleteAsync(), Is.EqualTo(1));
        });

        await inventory.RoundAsync();

        Assert.That(await inventory.RowAsync(First), Is.Null);
        Assert.That((await inventory.RowAsync(Second))!.Name, Is.EqualTo($"new{Second}"));
        Assert.That(inventory.Log.Warnings, Is.Empty);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_row_that_a_job_takes_in_hand_meanwhile_is_left_to_it(bool real)
    {
        await using var inventory = await InventorySite.StartAsync(1, real);
        await inventory.RoundAsync();
        await inventory.ChangeAsync(First, vm => vm.Status = VmStatus.Running);
        inventory.Sql.AfterReading("vms", () => inventory.ChangeAsync(First, vm => vm.Status = VmStatus.Deleting));

        await inventory.RoundAsync(inventory.NewWorker());

        Assert.That((await inventory.RowAsync(First))!.Status, Is.EqualTo(VmStatus.Deleting));
    }

    [Test]
    public async Task A_full_round_notes_the_nodes_of_the_cluster()
    {
        await using var inventory = await InventorySite.StartAsync(1);
        await inventory.Site.Proxmox.Faults.CrashNodeAsync("east3");

        await inventory.RoundAsync();

        await using var db = inventory.Site.Database.OpenAll();
        Assert.That(db.Clusters.Single(cluster => cluster.Id == inventory.Site.Cluster.Id).Nodes, Is.EqualTo(new[] { "east1", "east2", "east3" }), "one that is off is a node all the same");
    }

    [Test]
    public async Task A_row_that_a_job_has_written_meanwhile_is_compared_again_in_the_next_round()
    {
        await using var inventory = await InventorySite.StartAsync(1);
        await inventory.RoundAsync();
        await inventory.RenameAsync("new", First);
        inventory.Sql.AfterReading("vms", () => inventory.ChangeAsync(First, vm => vm.SeenAt = vm.SeenAt!.Value.AddSeconds(1)));
        await inventory.RoundAsync();
        Assert.That((await inventory.RowAsync(First))!.Name, Is.EqualTo($"vm{First}"));

        await inventory.RoundAsync();

        Assert.That((await inventory.RowAsync(First))!.Name, Is.EqualTo($"new{First}"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_cluster_that_is_deleted_meanwhile_leaves_no_rows(bool real)
    {
        await using var inventory = await InventorySite.StartAsync(2, real);
        await using var db = inventory.Site.Database.OpenAll();
        await db.Vms.ExecuteDeleteAsync();
        inventory.Sql.AfterReading("clusters", () => db.Clusters.ExecuteDeleteAsync());

        await inventory.RoundAsync();

        Assert.That(await db.Vms.CountAsync(), Is.Zero);
    }

    [Test]
    public async Task What_others_change_in_a_row_is_put_right_within_a_minute()
    {
        await using var inventory = await InventorySite.StartAsync(1);
        await inventory.RoundAsync();
        await inventory.ChangeAsync(First, vm => vm.Status = VmStatus.Running);

        inventory.Clock.Advance(TimeSpan.FromSeconds(61));
        await inventory.RoundAsync();

        Assert.That((await inventory.RowAsync(First))!.Status, Is.EqualTo(VmStatus.Stopped));
    }

    [Test]
    public async Task What_a_job_has_just_looked_at_is_compared_as_soon_as_the_list_can_know_it()
    {
        await using var inventory = await InventorySite.StartAsync(1);
        await inventory.ChangeAsync(First, vm => (vm.Status, vm.ObservedAt) = (VmStatus.Running, inventory.Clock.GetUtcNow().UtcDateTime));
        await inventory.RoundAsync();
        Assert.That((await inventory.RowAsync(First))!.Status, Is.EqualTo(VmStatus.Running));

        inventory.Clock.Advance(TimeSpan.FromSeconds(25));
        await inventory.RoundAsync();

        Assert.That((await inventory.RowAsync(First))!.Status, Is.EqualTo(VmStatus.Stopped));
    }

    /// <summary>By tags that do not fit their column; SQLite knows no widths, so there a trigger refuses the row.</summary>
    private static async Task RefuseAsync(InventorySite inventory, bool real, int vmid)
    {
        if (real)
        {
            var tags = string.Join(';', Enumerable.Range(0, 200).Select(number => $"a-tag-of-thirty-characters-{number:000}"));
            await inventory.Site.CallAsync(HttpMethod.Put, $"/nodes/east1/qemu/{vmid}/config", ("tags", tags));
            return;
        }

        await using var db = inventory.Site.Database.OpenAll();
        await db.Database.ExecuteSqlRawAsync(
            "CREATE TRIGGER refuse BEFORE UPDATE ON vms WHEN NEW.vmid = {0} BEGIN SELECT RAISE(ABORT, 'the row does not fit'); END".Replace("{0}", $"{vmid}", StringComparison.Ordinal));
    }
}
