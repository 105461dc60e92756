using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Companies;
using MultiPanel.TestKit;

namespace MultiPanel.Workers.Tests.Cloning;

[Parallelizable(ParallelScope.All)]
public sealed class CompanyVmIdTests
{
    [Test]
    public async Task A_companys_vms_get_vmids_of_its_range_and_others_of_the_clusters()
    {
        await using var site = await Site.StartAsync();
        var acme = await CompanyAsync(site, 7000, 7010);

        var theirs = new[] { await MakeAsync(site, "web1", acme), await MakeAsync(site, "web2", acme) };
        var nobodys = await MakeAsync(site, "web3", null);

        Assert.That(theirs, Is.EqualTo(new[] { 7000, 7001 }));
        Assert.That(nobodys, Is.InRange(1000, 6999));
    }

    [Test]
    public async Task Clones_of_one_company_at_once_share_its_range_without_a_clash()
    {
        await using var site = await Site.StartAsync();
        var acme = await CompanyAsync(site, 7000, 7005);

        var vmids = await Task.WhenAll(Enumerable.Range(0, 6).Select(number => MakeAsync(site, $"web{number}", acme)));

        Assert.That(vmids, Is.EquivalentTo(Enumerable.Range(7000, 6)));
    }

    [Test]
    public async Task A_range_that_is_used_up_is_said_to_be_though_the_cluster_has_more()
    {
        await using var site = await Site.StartAsync();
        var acme = await CompanyAsync(site, 7000, 7000);
        await MakeAsync(site, "last", acme);

        var ended = await site.EndedAsync(await site.CloneAsync(name: "one-more", company: acme));

        Assert.That((ended.Status, ended.Error!.Code), Is.EqualTo((JobStatus.Failed, JobErrorCodes.VmidRangeExhausted)));
        Assert.That(ended.Error.Message, Does.Contain("from 7000 to 7000").And.Contain("the company"));
        Assert.That(await site.RowAsync(ended.TargetId), Is.Null, "and nothing is left of it");
        Assert.That(await MakeAsync(site, "nobodys", null), Is.GreaterThan(0), "others go on");
    }

    [Test]
    public async Task A_vmid_that_was_taken_in_proxmox_is_passed_over_within_the_range()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var acme = await CompanyAsync(site, 7000, 7001);
        await site.CallAsync(HttpMethod.Post, "/nodes/east1/qemu", ("vmid", "7000"), ("name", "theirs"));

        Assert.That(await MakeAsync(site, "web1", acme), Is.EqualTo(7001));
    }

    private static async Task<int> CompanyAsync(Site site, int from, int to)
    {
        await using var db = site.Database.OpenAll();
        var company = new Company { Name = "Acme", VmidFrom = from, VmidTo = to, CreatedAt = DateTime.UtcNow };
        db.Companies.Add(company);
        await db.SaveChangesAsync();
        return company.Id;
    }

    private static async Task<int> MakeAsync(Site site, string name, int? company)
    {
        var job = await site.SucceededAsync(await site.CloneAsync(name: name, with: clone => clone with { Start = false }, company: company));
        return (await site.RowAsync(job.TargetId))!.Vmid!.Value;
    }
}
