namespace MultiPanel.Simulator.Tests;

public sealed class CloneTests
{
    private static readonly (string, object)[] Full = [("full", 1), ("storage", "local")];

    [Test]
    public async Task Full_clone_reports_rising_percentages_up_to_a_hundred()
    {
        await using var site = await Site.StartAsync();
        var upid = await site.Clone(101, Full);

        site.Clock.Advance(TimeSpan.FromSeconds(5));
        var halfway = Percentages(site.Task(upid).Log);
        site.Clock.Advance(TimeSpan.FromSeconds(20));
        var all = Percentages(site.Task(upid).Log);

        Assert.That(halfway, Is.Ordered.And.Not.Empty);
        Assert.That(halfway[^1], Is.InRange(45, 51));
        Assert.That(all[^1], Is.EqualTo(100));
        Assert.That(site.Task(upid).Log, Has.Some.EqualTo("transferred 20.0 GiB of 20.0 GiB (100.00%)"));
        Assert.That(site.Task(upid).Log[^1], Is.EqualTo("TASK OK"));
    }

    [Test]
    public async Task Linked_clone_of_a_template_is_the_default_and_names_its_id_first()
    {
        await using var site = await Site.StartAsync();
        var upid = await site.Clone(101, ("name", "desk"), ("description", "job 7"));
        var stub = site.Cluster.Vm(101)!;
        site.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.That(site.Task(upid).Log[0], Is.EqualTo($"creating a clone of VM {Site.Template} with ID 101"));
        Assert.That((stub.Lock, stub.Description), Is.EqualTo(("clone", " qmclone temporary file")));
        Assert.That(site.Cluster.VmsMarkedBy("job 7").Select(vm => vm.VmId), Is.EqualTo(new[] { 101 }));
        Assert.That(site.Cluster.Vm(101)!.Config["scsi0"], Does.StartWith("shared:9000/base-9000-disk-0.qcow2/101/vm-101-disk-0.qcow2"));
    }

    /// <summary>PVE::Storage's plugin for directories names the base alone that is cloned, not what that stands on.</summary>
    [Test]
    public async Task A_linked_clone_of_a_linked_clone_names_that_one_and_keeps_it()
    {
        await using var site = await Site.StartAsync();
        await site.MadeClone(101);
        await site.Client.Post("/nodes/n1/qemu/101/template");
        site.Clock.Advance(TimeSpan.FromMinutes(1));
        await site.Client.Post("/nodes/n1/qemu/101/clone", ("newid", 102));
        site.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That(site.Cluster.Vm(101)!.Config["scsi0"], Does.StartWith("shared:9000/base-9000-disk-0.qcow2/101/base-101-disk-0.qcow2"));
        Assert.That(site.Cluster.Vm(102)!.Config["scsi0"], Does.StartWith("shared:101/base-101-disk-0.qcow2/102/vm-102-disk-0.qcow2"));

        var upid = (await site.Client.Delete("/nodes/n1/qemu/101")).Text;
        site.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.That(site.Task(upid).ExitStatus, Does.EndWith("is still in use by linked cloned"));
    }

    [Test]
    public async Task On_LVM_thin_nothing_keeps_a_template()
    {
        await using var site = await Site.StartAsync(options => options with
        {
            Clusters =
            [
                options.Clusters[0] with
                {
                    Storages = [.. options.Clusters[0].Storages, new("thin", "lvmthin", 100L << 30)],
                    Templates = [new(Site.Template, "debian12", "n1", "l26", [new("thin", 20L << 30, 2L << 30)])],
                },
            ],
        });
        await site.MadeClone(101);

        var upid = (await site.Client.Delete($"/nodes/n1/qemu/{Site.Template}")).Text;
        site.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.That(site.Task(upid).ExitStatus, Is.EqualTo("OK"));
    }

    [Test]
    public async Task A_task_can_be_made_to_warn()
    {
        await using var site = await Site.StartAsync();
        site.Cluster.Faults.Warn("qmclone", "odd disk", "odd name");

        var upid = await site.Clone(101);
        site.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.That(site.Task(upid).ExitStatus, Is.EqualTo("WARNINGS: 2"));
        Assert.That(site.Task(upid).Log.TakeLast(3), Is.EqualTo(new[] { "WARN: odd disk", "WARN: odd name", "TASK WARNINGS: 2" }));
        Assert.That(site.Cluster.Vm(101)!.Lock, Is.Null);
    }

    [Test]
    public async Task The_twenty_fourth_clone_at_once_on_a_node_gets_no_worker()
    {
        await using var site = await Site.StartAsync();
        for (var id = 101; id <= 123; id++)
        {
            await site.Clone(id);
        }

        var refused = await site.Client.Post($"/nodes/n1/qemu/{Site.Template}/clone", ("newid", 124));

        Assert.That((refused.Status, refused.Reason), Is.EqualTo((500, "got no worker upid - start worker failed")));
        Assert.That(site.Cluster.MaxConcurrentTasks("n1", "qmclone"), Is.EqualTo(23));
        Assert.That(site.Cluster.Vm(124), Is.Null);
    }

    [Test]
    public async Task Clone_into_a_full_storage_fails_as_qemu_img_does_and_leaves_nothing()
    {
        await using var site = await Site.StartAsync();
        var upid = await site.Clone(101, ("full", 1), ("storage", "tiny-full"));
        site.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.That(site.Task(upid).ExitStatus, Does.StartWith("clone failed: copy failed: command '/usr/bin/qemu-img convert").And.EndWith("failed: exit code 1"));
        Assert.That(site.Task(upid).Log, Has.Some.Contain("No space left on device"));
        Assert.That(site.Cluster.Vm(101), Is.Null);
        Assert.That((await site.Client.Get("/nodes/n1/storage/tiny-full/content")).Data!.AsArray(), Is.Empty);
    }

    [Test]
    public async Task Stopped_clone_removes_the_new_vm_and_a_killed_one_leaves_its_lock()
    {
        await using var site = await Site.StartAsync();
        var stopped = await site.Clone(101, Full);
        var killed = await site.Clone(102, Full);
        site.Clock.Advance(TimeSpan.FromSeconds(3));

        await site.Client.Delete($"/nodes/n1/tasks/{Uri.EscapeDataString(stopped)}");
        site.Cluster.Faults.KillTask(killed);

        Assert.That(site.Task(stopped).ExitStatus, Does.EndWith("failed: interrupted by signal"));
        Assert.That(site.Cluster.Vm(101), Is.Null);
        Assert.That(site.Task(killed).ExitStatus, Is.EqualTo("unexpected status"));
        Assert.That(site.Cluster.Vm(102)!.Lock, Is.EqualTo("clone"));
    }

    [Test]
    public async Task A_thousand_tasks_in_flight_cost_nothing_until_they_are_asked_for()
    {
        await using var site = await Site.StartAsync(options => options with
        {
            MaxClonesPerNode = 1000,
            Speed = options.Speed with { Allocation = TimeSpan.Zero },
        });
        for (var id = 1000; id < 2000; id++)
        {
            await site.Clone(id);
        }

        var before = site.Clock.GetUtcNow();
        site.Clock.Advance(TimeSpan.FromMinutes(5));
        var list = (await site.Client.Get($"/nodes/n1/tasks?source=all&limit=2000&since={before.ToUnixTimeSeconds() - 60}")).Data!.AsArray();

        Assert.That(list.Select(task => task!["status"]!.GetValue<string>()), Has.Exactly(1000).EqualTo("OK"));
        Assert.That(site.Cluster.MaxConcurrentTasks("n1", "qmclone"), Is.EqualTo(1000));
    }

    [Test]
    public async Task Template_with_linked_clones_cannot_be_deleted()
    {
        await using var site = await Site.StartAsync();
        await site.MadeClone(101);
        var upid = (await site.Client.Delete($"/nodes/n1/qemu/{Site.Template}")).Text;
        site.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.That(site.Task(upid).ExitStatus, Is.EqualTo("base volume 'shared:9000/base-9000-disk-0.qcow2' is still in use by linked cloned"));
        Assert.That(site.Cluster.Vm(Site.Template), Is.Not.Null);
    }

    private static List<double> Percentages(IEnumerable<string> log) =>
    [
        .. log.Where(line => line.StartsWith("transferred ", StringComparison.Ordinal))
            .Select(line => double.Parse(line.Split('(')[1].TrimEnd(')', '%'), System.Globalization.CultureInfo.InvariantCulture)),
    ];
}
