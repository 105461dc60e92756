using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Companies;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Companies;
using MultiPanel.TestKit;

namespace MultiPanel.Workers.Tests.Cloning;

/// <summary>An identity whose rights are those of a Proxmox pool makes, runs and deletes VMs there; what it may not leaves nothing.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class PoolTests
{
    [Test]
    public async Task With_the_pool_of_its_credential_a_vm_is_made_started_and_deleted()
    {
        await using var site = await Site.StartAsync();
        await site.SignInToPoolAsync("tenant");
        await site.SetPoolAsync("tenant");

        var job = await site.SucceededAsync(await site.CloneAsync());

        var vm = (await site.RowAsync(job.TargetId))!;
        Assert.That(await PoolOfAsync(site, vm.Vmid!.Value), Is.EqualTo("tenant"));
        await site.DoAsync(vm, VmAction.Stop);
        await site.DoAsync(vm, VmAction.Delete);
        Assert.That(site.InProxmox(vm), Is.Null);
        Assert.That(await site.RowAsync(vm.Id), Is.Null);
    }

    [Test]
    public async Task A_refused_clone_leaves_no_row_though_proxmox_does_not_show_its_vmid()
    {
        await using var site = await Site.StartAsync();
        await site.SignInToPoolAsync("tenant");

        var ended = await site.EndedAsync(await site.CloneAsync());

        Assert.That((ended.Error!.Code, ended.Error.Step), Is.EqualTo((JobErrorCodes.PermissionDenied, CloneVmSteps.Clone)));
        Assert.That(ended.Error.Detail, Does.Contain("Permission check failed"));
        Assert.That(ended.Error.Undone, Is.EqualTo(new[] { "Nothing had been made yet" }));
        Assert.That(await site.RowAsync(ended.TargetId), Is.Null);
    }

    [Test]
    public async Task A_company_s_pool_counts_before_the_cluster_s_and_one_that_was_asked_for_before_both()
    {
        await using var site = await Site.StartAsync();
        foreach (var pool in new[] { "all", "acme", "other" })
        {
            await site.CallAsync(HttpMethod.Post, "/pools", ("poolid", pool));
        }

        await site.SetPoolAsync("all");
        var company = await CompanyAsync(site, new CompanyPool { ClusterId = site.Cluster.Id, Pool = "acme" });
        var elsewhere = await CompanyAsync(site, new CompanyPool { ClusterId = site.Cluster.Id + 1, Pool = "acme" });

        Assert.That(await PoolOfCloneAsync(company), Is.EqualTo("acme"));
        Assert.That(await PoolOfCloneAsync(elsewhere), Is.EqualTo("all"));
        Assert.That(await PoolOfCloneAsync(null), Is.EqualTo("all"));
        Assert.That(await PoolOfCloneAsync(company, "other"), Is.EqualTo("other"));

        async Task<string?> PoolOfCloneAsync(int? owner, string? asked = null)
        {
            var job = await site.SucceededAsync(await site.CloneAsync(company: owner, with: clone => clone with { Start = false, Pool = asked }));
            return await PoolOfAsync(site, (await site.RowAsync(job.TargetId))!.Vmid!.Value);
        }
    }

    [TestCase(6000, TestName = "The row of a VM that was never finished can be removed")]
    [TestCase(9011, TestName = "The row of a VM that was never finished can be removed though its VMID is another's, which Proxmox does not show")]
    public async Task The_row_of_a_vm_that_was_never_finished_can_be_removed(int vmid)
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        await site.SignInToPoolAsync("tenant");
        var job = await site.EndedAsync(await site.CloneAsync());
        await using var db = site.Database.OpenAll();
        await db.Vms.Where(vm => vm.Vmid == vmid).ExecuteDeleteAsync();
        var ghost = new Data.Vms.Vm
        {
            ClusterId = site.Cluster.Id,
            Vmid = vmid,
            Node = "east1",
            Name = "ghost",
            Status = VmStatus.Provisioning,
            CreatedByJob = job.Id,
            CreatedAt = DateTime.UtcNow,
        };
        db.Vms.Add(ghost);
        await db.SaveChangesAsync();

        var ended = await site.SucceededAsync(await site.OperateAsync(ghost.Id, VmAction.Delete));

        Assert.That(await site.RowAsync(ghost.Id), Is.Null);
        Assert.That(ended.Message, Does.Contain(vmid == 9011 ? "does not show" : "free again"));
        Assert.That(site.Proxmox.Vm(9011), Is.Not.Null);
    }

    private static async Task<int> CompanyAsync(Site site, CompanyPool pool)
    {
        await using var db = site.Database.OpenAll();
        var company = new Company { Name = $"{pool.Pool} in {pool.ClusterId}", Pools = [pool], CreatedAt = DateTime.UtcNow };
        db.Companies.Add(company);
        await db.SaveChangesAsync();
        return company.Id;
    }

    private static async Task<string?> PoolOfAsync(Site site, int vmid)
    {
        var rows = await site.CallAsync(HttpMethod.Get, "/cluster/resources");
        return rows.EnumerateArray().Where(row => row.TryGetProperty("vmid", out var id) && id.GetInt32() == vmid)
            .Select(row => row.TryGetProperty("pool", out var pool) ? pool.GetString() : null).Single();
    }
}
