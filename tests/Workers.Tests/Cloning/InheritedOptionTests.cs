using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.TestKit;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Tests.Cloning;

/// <summary>Proxmox copies every option of the source: what a clone must not have is taken back, and what depends on a change changes with it.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class InheritedOptionTests
{
    [Test]
    public async Task A_clone_of_a_protected_template_is_not_protected_and_does_not_start_with_its_node()
    {
        await using var site = await Site.StartAsync();
        await site.SetTemplateAsync(("protection", "1"), ("onboot", "1"));

        var vm = await site.MakeVmAsync();

        var config = site.InProxmox(vm)!.Config;
        Assert.That((config.GetValueOrDefault("protection", "0"), config.GetValueOrDefault("onboot", "0")), Is.EqualTo(("0", "0")));
        await site.DoAsync(vm, VmAction.Delete);
        Assert.That(site.InProxmox(vm), Is.Null);
    }

    [Test]
    public async Task A_clone_that_is_to_be_protected_is_and_its_deletion_says_what_stands_in_the_way()
    {
        await using var site = await Site.StartAsync();
        var vm = await site.MakeVmAsync(with: clone => clone with { Protection = true, OnBoot = true });
        Assert.That((site.InProxmox(vm)!.Config["protection"], site.InProxmox(vm)!.Config["onboot"]), Is.EqualTo(("1", "1")));

        var refused = await site.EndedAsync(await site.OperateAsync(vm.Id, VmAction.Delete));

        Assert.That(refused.Error!.Code, Is.EqualTo(JobErrorCodes.VmProtected));
        await site.DoAsync(vm, VmAction.Reconfigure, change => change with { Changes = new VmChanges { Protection = false } });
        await site.DoAsync(vm, VmAction.Delete);
    }

    [Test]
    public async Task A_protected_clone_that_cannot_start_is_undone()
    {
        await using var site = await Site.StartAsync();
        site.Proxmox.Faults.Fail(500, "start failed: QEMU exited with code 1", times: null, path: "*/status/start", method: "POST");

        var ended = await site.EndedAsync(await site.CloneAsync(with: clone => clone with { Protection = true }));

        Assert.That(ended.Error!.Step, Is.EqualTo(CloneVmSteps.Start));
        Assert.That(site.Proxmox.VmsMarkedBy($"{ended.Id}"), Is.Empty);
        Assert.That(await site.RowAsync(ended.TargetId), Is.Null);
    }

    [Test]
    public async Task Less_memory_takes_the_balloon_with_it_and_more_cores_their_number_at_the_start()
    {
        await using var site = await Site.StartAsync();
        await site.SetTemplateAsync(("memory", "4096"), ("balloon", "2048"), ("vcpus", "1"));

        var vm = await site.MakeVmAsync(with: clone => clone with { MemoryMb = 1024, Cores = 4, Sockets = 2 });

        var config = site.InProxmox(vm)!.Config;
        Assert.That((config["memory"], config["balloon"], config.ContainsKey("vcpus")), Is.EqualTo(("1024", "1024", false)));
        Assert.That((config["cores"], config["sockets"], vm.Cores, vm.Sockets), Is.EqualTo(("4", "2", 8, 2)));

        await site.DoAsync(vm, VmAction.Reconfigure, change => change with { Changes = new VmChanges { MemoryMb = 512 } });
        Assert.That((site.InProxmox(vm)!.Config["memory"], site.InProxmox(vm)!.Config["balloon"]), Is.EqualTo(("512", "512")));
    }

    [Test]
    public async Task What_the_clone_takes_over_and_cannot_share_is_said_before_it_is_made()
    {
        await using var site = await Site.StartAsync();
        await site.SetTemplateAsync(("hostpci0", "0000:01:00.0"), ("hookscript", "local:snippets/log.pl"));

        var job = await site.SucceededAsync(await site.CloneAsync(with: clone => clone with { Start = false }));
        var elsewhere = await site.EndedAsync(await site.CloneAsync(name: "web2", with: clone => clone with { Node = "east2" }));

        Assert.That(job.FindStep(CloneVmSteps.Reserve)!.Message, Does.Contain("hostpci0 (0000:01:00.0)").And.Contain("hookscript local:snippets/log.pl"));
        Assert.That(job.Warnings, Is.EqualTo(2));
        Assert.That((elsewhere.Error!.Code, elsewhere.Error.Step), Is.EqualTo((JobErrorCodes.NodeUnsuitable, CloneVmSteps.Reserve)));
        Assert.That(elsewhere.Error.Message, Does.Contain("east2").And.Contain("hostpci0"));
    }

    [TestCase("balloon")]
    [TestCase("numa0")]
    [TestCase("cloud-init")]
    public async Task What_its_source_does_not_allow_fails_before_anything_is_made(string what)
    {
        await using var site = await Site.StartAsync();
        var source = await site.MakeInProxmoxAsync(710, "odd", ("scsi0", "nfs-shared:5"), ("memory", "1024"), ("numa0", "cpus=0,memory=1024"));

        var ended = await site.EndedAsync(await site.CloneAsync(of: source, with: clone => what switch
        {
            "balloon" => clone with { Full = true, BalloonMb = 2048 },
            "numa0" => clone with { Full = true, MemoryMb = 2048 },
            _ => clone with { Full = true, CloudInit = new CloudInit { User = "me" } },
        }));

        Assert.That((ended.Error!.Code, ended.Error.Step), Is.EqualTo((JobErrorCodes.InvalidParameter, CloneVmSteps.Reserve)), ended.Error.ToString());
        Assert.That(ended.Error.Message, Does.Contain(what == "balloon" ? "1024 MiB" : what == "numa0" ? "numa0" : "cloud-init drive"));
        Assert.That(site.Proxmox.Tasks.Where(task => task.Type == "qmclone"), Is.Empty);
    }
}
