using MultiPanel.Contracts.Jobs;
using MultiPanel.TestKit;
using MultiPanel.Workers.Cloning;

namespace MultiPanel.Workers.Tests.Cloning;

[Parallelizable(ParallelScope.All)]
public sealed class VmIdTests
{
    [TestCase(100, 105, 100, "", 100)]
    [TestCase(100, 105, 103, "", 103)]
    [TestCase(100, 105, 103, "103,104", 105)]
    [TestCase(100, 105, 104, "104,105,100", 101)]
    [TestCase(100, 105, 106, "", 100)]
    [TestCase(100, 105, 0, "100", 101)]
    [TestCase(100, 100, 100, "", 100)]
    [TestCase(100, 101, 100, "100,101", null)]
    [TestCase(999_999_990, 999_999_999, 999_999_999, "999999999", 999_999_990)]
    public void The_next_free_vmid_is_looked_for_from_the_cursor_on_and_round(int from, int to, int next, string used, int? expected) =>
        Assert.That(VmidAllocator.Free(from, to, next, [.. used.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)]), Is.EqualTo(expected));

    [Test]
    public async Task A_range_that_the_panel_has_used_up_is_said_to_be()
    {
        await using var site = await Site.StartAsync();
        await site.SetVmIdsAsync(5000, 5000);
        await site.MakeVmAsync("last");

        var ended = await site.EndedAsync(await site.CloneAsync(name: "one-more"));

        Assert.That((ended.Status, ended.Error!.Code), Is.EqualTo((JobStatus.Failed, JobErrorCodes.VmidRangeExhausted)));
        Assert.That(ended.Error.Message, Does.Contain("5000"));
        Assert.That(await site.RowAsync(ended.TargetId), Is.Null);
    }

    [Test]
    public async Task A_vmid_that_another_took_in_proxmox_is_passed_over_until_it_is_free()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        await site.SetVmIdsAsync(5000, 5002);
        await TakeAsync(5000);
        await TakeAsync(5001);

        Assert.That((await site.MakeVmAsync("free")).Vmid, Is.EqualTo(5002));

        await site.DeleteInProxmoxAsync("east1", 5001);
        Assert.That((await site.MakeVmAsync("free-again")).Vmid, Is.EqualTo(5001));

        Task TakeAsync(int vmid) => site.CallAsync(HttpMethod.Post, "/nodes/east1/qemu", ("vmid", $"{vmid}"), ("name", $"theirs-{vmid}"));
    }

    [Test]
    public async Task A_range_that_others_use_up_in_proxmox_unseen_by_the_panel_is_used_up()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        await site.SetVmIdsAsync(5000, 5002);
        for (var vmid = 5000; vmid <= 5002; vmid++)
        {
            await site.CallAsync(HttpMethod.Post, "/nodes/east1/qemu", ("vmid", $"{vmid}"), ("name", $"theirs-{vmid}"));
        }

        var ended = await site.EndedAsync(await site.CloneAsync());

        Assert.That((ended.Status, ended.Error!.Code), Is.EqualTo((JobStatus.Failed, JobErrorCodes.VmidRangeExhausted)));
    }

    [Test]
    public async Task Thirty_clones_at_once_get_thirty_vmids()
    {
        await using var site = await Site.StartAsync();
        var jobs = new List<Data.Jobs.Job>();
        for (var number = 0; number < 30; number++)
        {
            jobs.Add(await site.CloneAsync(name: $"web{number}", with: clone => clone with { Start = false }, send: false));
        }

        await Task.WhenAll(jobs.Select(job => site.RedeliverAsync(job)));
        foreach (var job in jobs)
        {
            await site.SucceededAsync(job);
        }

        var rows = await Task.WhenAll(jobs.Select(job => site.RowAsync(job.TargetId)));
        Assert.That(rows.Select(row => row!.Vmid), Is.Unique.And.All.GreaterThanOrEqualTo(1000));
        Assert.That(rows, Is.All.Matches<Data.Vms.Vm>(row => site.InProxmox(row)!.Name == row.Name));
        Assert.That(site.Proxmox.Tasks.Count(task => task.Type == "qmclone"), Is.EqualTo(30));
    }
}
