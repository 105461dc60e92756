using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data.Companies;
using MultiPanel.Data.Vms;
using MultiPanel.TestKit;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Tests.VmOperations;

/// <summary>Quotas where only Proxmox knows what a VM becomes.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class GrowthTests
{
    [Test]
    public async Task A_rollback_to_a_larger_vm_and_a_clone_of_it_are_kept_to_the_quota()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();

        await site.DoAsync(vm, VmAction.Reconfigure, command => command with { Changes = new VmChanges { Cores = 6 } });
        await site.DoAsync(vm, VmAction.Snapshot, command => command with { Snapshot = "large" });
        await site.DoAsync(vm, VmAction.Reconfigure, command => command with { Changes = new VmChanges { Cores = 4 } });
        await site.DoAsync(vm, VmAction.Snapshot, command => command with { Snapshot = "small" });
        await site.DoAsync(vm, VmAction.Reconfigure, command => command with { Changes = new VmChanges { Cores = 2 } });
        await GiveAsync(site, vm, new Company { Name = "Acme", MaxVcpus = 8, CreatedAt = DateTime.UtcNow });

        var clone = await site.EndedAsync(await site.CloneAsync(of: vm, name: "again", company: (await site.RowAsync(vm.Id))!.CompanyId, with: clone => clone with { Full = true, Snapshot = "large" }));
        Assert.That((clone.Error?.Code, site.Proxmox.Vms.Any(there => there.Name == "again")), Is.EqualTo((JobErrorCodes.QuotaExceeded, false)), "a clone has the snapshot's size");
        var refused = await site.EndedAsync(await site.OperateAsync(vm.Id, VmAction.Rollback, command => command with { Snapshot = "large" }));

        Assert.That((refused.Error?.Code, (await site.RowAsync(vm.Id))!.Cores), Is.EqualTo((JobErrorCodes.QuotaExceeded, (int?)2)));
        Assert.That(refused.Error!.Message, Does.Contain("4 vCPUs, 0 MiB").And.Contain("at the snapshot").And.Contain("max_vcpus is 8"));
        await site.DoAsync(vm, VmAction.Rollback, command => command with { Snapshot = "small" });
        Assert.That((await site.RowAsync(vm.Id))!.Cores, Is.EqualTo(4));
    }

    [Test]
    public async Task A_running_rollback_is_counted_though_its_vm_is_still_small()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var (vm, company) = await OnceLargerAsync(site);
        Assert.That(await VcpusAsync(site, company), Is.EqualTo(4 + 2));

        site.ProxmoxClock.Stop();
        var rollback = await site.OperateAsync(vm.Id, VmAction.Rollback, command => command with { Snapshot = "large" });
        await site.UntilAsync(rollback, job => job.FindStep(VmOperationSteps.Task)?.Upid is not null, "it runs");
        await using (var db = site.Database.OpenAll())
        {
            Assert.That((await db.Vms.AsNoTracking().SingleAsync(row => row.Id == vm.Id)).Cores, Is.EqualTo(2), "any look at it would say so too");
        }

        Assert.That(await VcpusAsync(site, company), Is.EqualTo(4 + 6));
        site.ProxmoxClock.Go();
        Assert.That((await site.EndedAsync(rollback)).Status, Is.EqualTo(JobStatus.Succeeded));
        Assert.That(await VcpusAsync(site, company), Is.EqualTo(4 + 6));
    }

    [Test]
    public async Task A_disk_that_was_added_in_proxmox_is_counted_before_it_grows()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        await GiveAsync(site, vm, new Company { Name = "Acme", MaxDiskGb = (int)vm.DiskGb! + 10, CreatedAt = DateTime.UtcNow });
        await site.CallAsync(HttpMethod.Put, $"/nodes/{vm.Node}/qemu/{vm.Vmid}/config", ("scsi5", "nfs-shared:4,format=qcow2"));

        var refused = await site.EndedAsync(await site.OperateAsync(vm.Id, VmAction.Resize, command => command with { Disk = "scsi5", DiskGb = 11 }));
        Assert.That(refused.Error?.Code, Is.EqualTo(JobErrorCodes.QuotaExceeded));
        Assert.That(refused.Error!.Message, Does.Contain("7 GiB of disk more").And.Contain("max_disk_gb"));
        Assert.That(site.InProxmox(vm)!.Config["scsi5"], Does.Contain("size=4G"));

        await site.DoAsync(vm, VmAction.Resize, command => command with { Disk = "scsi5", DiskGb = 10 });
        Assert.That((await site.RowAsync(vm.Id))!.DiskGb, Is.EqualTo(vm.DiskGb + 10));
    }

    [Test]
    public async Task A_clone_is_counted_as_large_as_its_source_has_become()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        var company = await GiveAsync(site, vm, new Company { Name = "Acme", MaxVcpus = 10, CreatedAt = DateTime.UtcNow });
        await site.CallAsync(HttpMethod.Put, $"/nodes/{vm.Node}/qemu/{vm.Vmid}/config", ("cores", "5"));

        var clone = await site.EndedAsync(await site.CloneAsync(of: vm, name: "again", company: company, with: clone => clone with { Full = true }));

        Assert.That((clone.Error?.Code, site.Proxmox.Vms.Any(there => there.Name == "again")), Is.EqualTo((JobErrorCodes.QuotaExceeded, false)));
    }

    [Test]
    public async Task A_retry_counts_what_its_command_asks_for_and_learns_the_rest_again()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var (vm, company) = await OnceLargerAsync(site);
        site.Proxmox.Faults.Fail(500, "storage 'nfs-shared' is not online", times: 1, path: $"/nodes/{vm.Node}/qemu/{vm.Vmid}/snapshot/large/rollback", method: "POST");
        var failed = await site.EndedAsync(await site.OperateAsync(vm.Id, VmAction.Rollback, command => command with { Snapshot = "large" }));
        Assert.That((failed.Status, await VcpusAsync(site, company)), Is.EqualTo((JobStatus.Failed, 4 + 2L)));
        await using (var db = site.Database.OpenAll())
        {
            (await db.Companies.SingleAsync(row => row.Id == company)).MaxVcpus = 8;
            await db.SaveChangesAsync();
        }

        var again = await site.EndedAsync(await site.RetryAsync(failed));

        Assert.That((again.Attempt, again.Error?.Code), Is.EqualTo((2, JobErrorCodes.QuotaExceeded)));
        Assert.That(await site.ReportedAsync(again), Has.None.Contains("went wrong in the panel itself"));
    }

    /// <summary>A company's VM of 2 cores that had 6 at the snapshot <c>large</c>, beside another of 4; it may have 12.</summary>
    private static async Task<(Vm Vm, int Company)> OnceLargerAsync(Site site)
    {
        var vm = await site.MakeVmAsync();
        var company = await GiveAsync(site, vm, new Company { Name = "Acme", MaxVcpus = 12, CreatedAt = DateTime.UtcNow });
        await site.DoAsync(vm, VmAction.Reconfigure, command => command with { Changes = new VmChanges { Cores = 6 } });
        await site.DoAsync(vm, VmAction.Snapshot, command => command with { Snapshot = "large" });
        await site.DoAsync(vm, VmAction.Reconfigure, command => command with { Changes = new VmChanges { Cores = 2 } });
        return (vm, company);
    }

    /// <summary>Gives the VM to a company that has another of 4 cores.</summary>
    private static async Task<int> GiveAsync(Site site, Vm vm, Company company)
    {
        await using var db = site.Database.OpenAll();
        db.Companies.Add(company);
        await db.SaveChangesAsync();
        db.Vms.Single(row => row.Id == vm.Id).CompanyId = company.Id;
        db.Vms.Add(new Vm { ClusterId = vm.ClusterId, Name = "other", Cores = 4, CompanyId = company.Id });
        await db.SaveChangesAsync();
        return company.Id;
    }

    private static async Task<long> VcpusAsync(Site site, int company)
    {
        await using var db = site.Database.OpenAll();
        return (await Usage.CountAsync(db, company, CancellationToken.None)).Vcpus;
    }
}
