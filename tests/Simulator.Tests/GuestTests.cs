namespace MultiPanel.Simulator.Tests;

public sealed class GuestTests
{
    [Test]
    public async Task Agent_answers_a_while_after_the_start()
    {
        await using var site = await Site.StartAsync();
        await site.MadeClone(101);
        await site.Client.Post("/nodes/n1/qemu/101/status/start");
        site.Clock.Advance(TimeSpan.FromSeconds(1.5));

        var early = await site.Client.Post("/nodes/n1/qemu/101/agent/ping"); // takes 3 s to say no
        site.Clock.Advance(TimeSpan.FromSeconds(3));
        var later = await site.Client.Post("/nodes/n1/qemu/101/agent/ping");
        var interfaces = (await site.Client.Get("/nodes/n1/qemu/101/agent/network-get-interfaces")).Data!["result"]!.AsArray();

        Assert.That((early.Status, early.Reason), Is.EqualTo((500, "QEMU guest agent is not running")));
        Assert.That(later.Status, Is.EqualTo(200));
        Assert.That(interfaces.Select(nic => nic!["name"]!.GetValue<string>()), Is.EqualTo(new[] { "lo", "eth0" }));
    }

    [Test]
    public async Task Resources_lag_behind_by_a_cycle_of_pvestatd()
    {
        await using var site = await Site.StartAsync();
        await site.Clone(101);
        site.Clock.Advance(TimeSpan.FromSeconds(5));

        var early = await site.Resource(101);
        site.Clock.Advance(TimeSpan.FromSeconds(5));
        var later = await site.Resource(101);

        Assert.That(early["status"]!.GetValue<string>(), Is.EqualTo("unknown"));
        Assert.That(early.ContainsKey("name"), Is.False);
        Assert.That(later["status"]!.GetValue<string>(), Is.EqualTo("stopped"));
    }

    [Test]
    public async Task Memory_changed_on_a_running_vm_is_pending_until_it_stops()
    {
        await using var site = await Site.StartAsync();
        await site.RunningClone(101);
        await site.Client.Put("/nodes/n1/qemu/101/config", ("memory", 4096), ("tags", "b;a"));

        var current = (await site.Client.Get("/nodes/n1/qemu/101/config?current=1")).Data!;
        await site.Client.Post("/nodes/n1/qemu/101/status/stop");
        site.Clock.Advance(TimeSpan.FromSeconds(5));
        var stopped = (await site.Client.Get("/nodes/n1/qemu/101/config?current=1")).Data!;

        Assert.That((current["memory"]!.GetValue<string>(), current["tags"]!.GetValue<string>()), Is.EqualTo(("2048", "a;b")));
        Assert.That(stopped["memory"]!.GetValue<string>(), Is.EqualTo("4096"));
    }

    [Test]
    public async Task Agent_that_is_kept_down_stays_down()
    {
        await using var site = await Site.StartAsync();
        await site.RunningClone(101);
        site.Cluster.Faults.KeepAgentDown(101);

        Assert.That((await site.Client.Post("/nodes/n1/qemu/101/agent/ping")).Status, Is.EqualTo(500));
    }

    [Test]
    public async Task Privileges_are_named_by_path()
    {
        await using var site = await Site.StartAsync();
        await site.Client.Post("/access/users", ("userid", "low@pve"), ("password", "lowlowlow"));
        var secret = (await site.Client.Post("/access/users/low@pve/token/t1", ("privsep", 0))).Data!["value"]!.GetValue<string>();
        using var low = new PveClient(site.Cluster, site.Clock, $"low@pve!t1={secret}");

        var refused = await low.Get($"/nodes/n1/qemu/{Site.Template}/config");
        await site.Client.Put("/access/acl", ("path", $"/vms/{Site.Template}"), ("roles", "PVEAuditor"), ("users", "low@pve"));
        var allowed = await low.Get($"/nodes/n1/qemu/{Site.Template}/config");

        Assert.That((refused.Status, refused.Reason), Is.EqualTo((403, $"Permission check failed (/vms/{Site.Template}, VM.Audit)")));
        Assert.That(allowed.Status, Is.EqualTo(200));
    }

    [TestCase("/bin/sh\0-c\0echo out; echo err >&2; exit 3", "out\n", "err\n", 3, null)]
    [TestCase("/bin/sh\0-c\0kill -9 $$", null, null, null, 9)]
    [TestCase("/bin/sleep\060", null, null, null, null)]
    public async Task Programs_in_the_guest_say_how_they_ended(string command, string? output, string? errors, int? exitCode, int? signal)
    {
        await using var site = await Site.StartAsync();
        await site.RunningClone(101);

        var pid = (await site.Client.Post("/nodes/n1/qemu/101/agent/exec", [.. command.Split('\0').Select(word => ("command", (object)word))])).Data!["pid"]!.GetValue<int>();
        var status = (await site.Client.Get($"/nodes/n1/qemu/101/agent/exec-status?pid={pid}")).Data!.AsObject();

        Assert.That(status["exited"]!.GetValue<int>(), Is.EqualTo(exitCode is null && signal is null ? 0 : 1));
        Assert.That((status["out-data"]?.GetValue<string>(), status["err-data"]?.GetValue<string>()), Is.EqualTo((output, errors)));
        Assert.That((status["exitcode"]?.GetValue<int>(), status["signal"]?.GetValue<int>()), Is.EqualTo((exitCode, signal)));
    }

    [Test]
    public async Task Users_who_have_signed_in_are_named_until_the_guest_ends()
    {
        await using var site = await Site.StartAsync();
        await site.RunningClone(101);
        site.Cluster.Inner.State.Vms[101].GuestUsers.Add(@"FIRM\ann");

        var users = (await site.Client.Get("/nodes/n1/qemu/101/agent/get-users")).Data!["result"]!.AsArray();
        await site.Client.Post("/nodes/n1/qemu/101/status/reboot");
        site.Clock.Advance(TimeSpan.FromMinutes(1));
        var later = (await site.Client.Get("/nodes/n1/qemu/101/agent/get-users")).Data!["result"]!.AsArray();

        Assert.That(users.Select(user => user!["user"]!.GetValue<string>()), Is.EqualTo(new[] { @"FIRM\ann" }));
        Assert.That(later, Is.Empty);
    }

    [TestCase("/no/such")]
    [TestCase("/bin/echo a b")]
    public async Task Program_that_is_missing_breaks_the_answer_after_five_seconds(string program)
    {
        await using var site = await Site.StartAsync();
        await site.RunningClone(101);
        var before = site.Clock.GetUtcNow();

        var answer = await site.Client.Post("/nodes/n1/qemu/101/agent/exec", ("command", program));

        Assert.That((answer.Status, answer.Reason, answer.Body), Is.EqualTo((596, "Broken pipe", "")));
        Assert.That(site.Clock.GetUtcNow() - before, Is.EqualTo(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public async Task Files_of_the_guest_are_bytes_as_characters()
    {
        await using var site = await Site.StartAsync();
        await site.RunningClone(101);
        await site.Client.Post("/nodes/n1/qemu/101/agent/file-write", ("file", "/root/y"), ("content", Convert.ToBase64String([0, 1, 255])), ("encode", 0));

        var read = (await site.Client.Get("/nodes/n1/qemu/101/agent/file-read?file=/root/y")).Data!;
        var refused = await site.Client.Post("/nodes/n1/qemu/101/agent/file-write", ("file", "/no/dir/x"), ("content", "a"));

        Assert.That((read["content"]!.GetValue<string>(), read["bytes-read"]!.GetValue<int>()), Is.EqualTo(("\0\u0001\u00ff", 3)));
        Assert.That(refused.Reason, Is.EqualTo("Agent error: failed to open file '/no/dir/x' (mode: 'wb'): No such file or directory"));
    }

    [Test]
    public async Task Live_move_of_a_disk_is_a_mirror_and_a_migration_with_local_disks_says_which()
    {
        await using var site = await Site.StartAsync();
        await site.RunningClone(101);

        var move = (await site.Client.Post("/nodes/n1/qemu/101/move_disk", ("disk", "scsi0"), ("storage", "local"), ("delete", 1))).Text;
        site.Clock.Advance(TimeSpan.FromMinutes(1));
        var migrate = (await site.Client.Post("/nodes/n1/qemu/101/migrate", ("target", "n2"), ("online", 1))).Text;
        site.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.That(site.Task(move).Log, Does.Contain("drive-scsi0: mirror-job finished"));
        Assert.That(site.Task(migrate).ExitStatus, Is.EqualTo("migration aborted"));
        Assert.That(site.Task(migrate).Log, Has.Some.EndsWith("can't migrate local disk 'local:101/vm-101-disk-0.qcow2': can't live migrate attached local disks without with-local-disks option"));
    }
}
