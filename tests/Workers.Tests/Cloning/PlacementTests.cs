using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Jobs;
using MultiPanel.TestKit;

namespace MultiPanel.Workers.Tests.Cloning;

/// <summary>A clone is put only where it can run; an error names the nodes and what each lacks.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class PlacementTests
{
    private const int Clones = 8;

    [Test]
    public async Task Clones_are_put_only_on_nodes_that_have_the_storage()
    {
        await using var site = await Site.StartAsync();
        site.Proxmox.Faults.LimitStorage("nfs-shared", "east1", "east2");

        Assert.That(await NodesOfClonesAsync(site), Is.SubsetOf(new[] { "east1", "east2" }));
    }

    [Test]
    public async Task Clones_are_put_only_on_nodes_where_the_storage_is_active()
    {
        await using var site = await Site.StartAsync();
        site.Proxmox.Faults.DeactivateStorage("nfs-shared", "east2");
        site.Proxmox.Faults.DeactivateStorage("nfs-shared", "east3");

        Assert.That(await NodesOfClonesAsync(site), Is.EqualTo(new[] { "east1" }));
    }

    [Test]
    public async Task What_moves_while_its_clone_waits_is_cloned_where_it_is_then()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var made = await site.SucceededAsync(await site.CloneAsync("debian12-local", "moving", clone => clone with { Full = true, Start = false }));
        var source = (await site.RowAsync(made.TargetId))!;
        var holders = await site.TakeSlotsAsync(AdmissionClass.Clone, source.Node!);
        var job = await site.CloneAsync(of: source, with: clone => clone with { Full = true, Start = false });
        await site.UntilAsync(job, row => row.Steps[1].Status == StepStatus.Waiting, "it has its place and waits for a slot");

        await site.CallAsync(HttpMethod.Post, $"/nodes/{source.Node}/qemu/{source.Vmid}/migrate", ("target", "east1"), ("with-local-disks", "1"));
        await site.SeesAsync(there => Task.FromResult(there.InProxmox(source)!.Node), node => node == "east1", "its source has moved");
        await site.GiveBackAsync(holders);

        var ended = await site.SucceededAsync(job);
        Assert.That((source.Node, (await site.RowAsync(ended.TargetId))!.Node), Is.EqualTo(("east3", "east1")));
    }

    [Test]
    public async Task A_snapshot_whose_vm_moves_is_placed_by_what_it_needs_and_not_by_what_the_vm_has_become()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var made = await site.SucceededAsync(await site.CloneAsync("debian12-local", "moving", clone => clone with { Full = true, Start = false }));
        var source = (await site.RowAsync(made.TargetId))!;
        await site.DoAsync(source, VmAction.Snapshot, snapshot => snapshot with { Snapshot = "small" });
        await site.CallAsync(HttpMethod.Put, $"/nodes/{source.Node}/qemu/{source.Vmid}/config", ("cores", "500"));
        var holders = await site.TakeSlotsAsync(AdmissionClass.Clone, source.Node!);
        var job = await site.CloneAsync(of: source, with: clone => clone with { Full = true, Start = false, Snapshot = "small" });
        await site.UntilAsync(job, row => row.IsFinal || row.Steps[1].Status == StepStatus.Waiting, "it has its place and waits for a slot");

        await site.CallAsync(HttpMethod.Post, $"/nodes/{source.Node}/qemu/{source.Vmid}/migrate", ("target", "east1"), ("with-local-disks", "1"));
        await site.SeesAsync(there => Task.FromResult(there.InProxmox(source)!.Node), node => node == "east1", "its source has moved");
        await site.GiveBackAsync(holders);

        var ended = await site.SucceededAsync(job);
        Assert.That((await site.RowAsync(ended.TargetId))!.Node, Is.EqualTo("east1"));
    }

    [Test]
    public async Task A_node_that_does_not_answer_does_not_hold_up_the_others()
    {
        await using var site = await Site.StartAsync();
        site.Proxmox.Faults.Fail(596, "Connection timed out", times: null, path: "/nodes/east2/storage", method: "GET");

        Assert.That(await NodesOfClonesAsync(site), Is.SubsetOf(new[] { "east1", "east3" }));
    }

    [Test]
    public async Task Nothing_new_is_put_on_nodes_in_maintenance()
    {
        await using var site = await Site.StartAsync();
        site.Proxmox.Faults.Maintain("east2");
        site.Proxmox.Faults.Maintain("east3");

        Assert.That(await NodesOfClonesAsync(site), Is.EqualTo(new[] { "east1" }));
    }

    [Test]
    public async Task The_memory_of_clones_under_way_counts()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        await using (var db = site.Database.OpenAll())
        {
            db.Vms.AddRange(new[] { "east1", "east2" }.Select((node, number) => new Data.Vms.Vm
            {
                ClusterId = site.Cluster.Id,
                Vmid = 5000 + number,
                Name = $"large{number}",
                Node = node,
                Status = VmStatus.Provisioning,
                MemoryMb = 256 * 1024,
                CreatedAt = DateTime.UtcNow,
            }));
            await db.SaveChangesAsync();
        }

        Assert.That(await NodesOfClonesAsync(site), Is.EqualTo(new[] { "east3" }));
    }

    [Test]
    public async Task A_linked_clone_to_a_node_without_the_storage_is_refused_before_it_is_made()
    {
        await using var site = await Site.StartAsync();
        site.Proxmox.Faults.LimitStorage("nfs-shared", "east1", "east2");

        var ended = await site.EndedAsync(await site.CloneAsync(with: clone => clone with { Node = "east3" }));

        Assert.That((ended.Error!.Code, ended.Error.Step), Is.EqualTo((JobErrorCodes.StorageUnavailable, CloneVmSteps.Reserve)));
        Assert.That(ended.Error.Message, Does.Contain("east3 has no storage nfs-shared, which is on east1, east2"));
        Assert.That(site.Proxmox.Tasks, Is.Empty);
    }

    [Test]
    public async Task Where_no_node_suits_each_is_named_with_its_reason()
    {
        await using var site = await Site.StartAsync();
        site.Proxmox.Faults.LimitStorage("nfs-shared", "east1", "east2");

        var ended = await site.EndedAsync(await site.CloneAsync(with: clone => clone with { Networks = [new NetworkOptions { Bridge = "vmbr9" }] }));

        Assert.That(ended.Error!.Code, Is.EqualTo(JobErrorCodes.NodeUnsuitable));
        Assert.That(ended.Error.Message, Does.Contain("east1 has no bridge vmbr9").And.Contain("; east2 has no bridge vmbr9").And.Contain("; east3 has no storage nfs-shared"));
    }

    [Test]
    public async Task A_vm_has_no_more_cpus_than_its_node()
    {
        await using var site = await Site.StartAsync();

        var ended = await site.EndedAsync(await site.CloneAsync(with: clone => clone with { Cores = 32, Sockets = 2 }));

        Assert.That(ended.Error!.Code, Is.EqualTo(JobErrorCodes.NodeUnsuitable));
        Assert.That(ended.Error.Message, Does.Contain("east1 has 32 CPUs, fewer than the 64 of the VM"));
    }

    [Test]
    public async Task A_storage_that_cannot_take_the_disks_is_refused_before_the_clone()
    {
        await using var site = await Site.StartAsync();

        var ended = await site.EndedAsync(await site.CloneAsync(with: clone => clone with { Full = true, Storage = "local", Node = "east2" }));

        Assert.That(ended.Error!.Step, Is.EqualTo(CloneVmSteps.Reserve));
        Assert.That(ended.Error.Message, Does.Contain("east2 does not share storage local with east1"));
    }

    [Test]
    public async Task A_full_clone_to_a_local_storage_stays_on_the_source_s_node()
    {
        await using var site = await Site.StartAsync();

        var job = await site.SucceededAsync(await site.CloneAsync(with: clone => clone with { Full = true, Storage = "local-lvm", Start = false }));

        Assert.That((await site.RowAsync(job.TargetId))!.Node, Is.EqualTo("east1"));
    }

    private static async Task<IEnumerable<string?>> NodesOfClonesAsync(Site site)
    {
        var jobs = new List<Job>();
        for (var number = 0; number < Clones; number++)
        {
            jobs.Add(await site.CloneAsync(name: $"web{number}", with: clone => clone with { Start = false }));
        }

        var nodes = new HashSet<string?>();
        foreach (var job in jobs)
        {
            nodes.Add((await site.RowAsync((await site.SucceededAsync(job)).TargetId))!.Node);
        }

        return nodes;
    }
}
