namespace MultiPanel.Simulator.Tests;

public sealed class FaultTests
{
    [Test]
    public async Task Offline_node_refuses_connections_and_others_answer_595_for_it()
    {
        await using var site = await Site.StartAsync();
        using var direct = new PveClient(site.Cluster, site.Clock, site.Cluster.ApiToken, node: 2);
        await site.Cluster.Faults.TakeNodeOfflineAsync("n3");

        var proxied = await site.Client.Get("/nodes/n3/qemu");
        var seen = (await site.Client.Get("/nodes")).Data!.AsArray().Single(node => node!["node"]!.GetValue<string>() == "n3")!;

        Assert.That(() => direct.Get("/version"), Throws.InstanceOf<HttpRequestException>());
        Assert.That((proxied.Status, proxied.Reason, proxied.Body), Is.EqualTo((595, "No route to host", "")));
        Assert.That(seen["status"]!.GetValue<string>(), Is.EqualTo("offline"));
    }

    [Test]
    public async Task Node_that_comes_back_answers_on_the_same_port()
    {
        await using var site = await Site.StartAsync();
        var before = site.Cluster.EndpointOf("n2");
        await site.Cluster.Faults.TakeNodeOfflineAsync("n2");
        await site.Cluster.Faults.BringNodeOnlineAsync("n2");
        using var client = new PveClient(site.Cluster, site.Clock, site.Cluster.ApiToken, node: 1);

        Assert.That((await client.Get("/version")).Status, Is.EqualTo(200));
        Assert.That(site.Cluster.EndpointOf("n2"), Is.EqualTo(before));
    }

    [Test]
    public async Task Crashed_node_ends_its_tasks_and_stops_its_guests()
    {
        await using var site = await Site.StartAsync();
        await site.RunningClone(101);
        var upid = await site.Clone(102, ("full", 1));

        await site.Cluster.Faults.CrashNodeAsync("n1");

        Assert.That(site.Task(upid).ExitStatus, Is.EqualTo("unexpected status"));
        Assert.That(site.Cluster.Vm(101)!.Status, Is.EqualTo("stopped"));
    }

    [Test]
    public async Task Lost_answer_comes_after_the_act()
    {
        await using var site = await Site.StartAsync();
        site.Cluster.Faults.LoseAnswers(path: "/nodes/*/qemu/*/clone");

        Assert.That(() => site.Clone(101), Throws.InstanceOf<HttpRequestException>());
        Assert.That(site.Cluster.Tasks.Count(task => task.Type == "qmclone"), Is.EqualTo(1));
        Assert.That(async () => await site.Clone(102), Does.StartWith("UPID:n1:"));
    }

    [Test]
    public async Task Failing_calls_do_not_act_and_end_after_their_number()
    {
        await using var site = await Site.StartAsync();
        site.Cluster.Faults.Fail(500, "got timeout", times: 2, path: "/nodes/n1/qemu/*/clone", method: "POST");

        var answers = new[] { await site.Client.Post("/nodes/n1/qemu/9000/clone", ("newid", 101)), await site.Client.Post("/nodes/n1/qemu/9000/clone", ("newid", 101)) };

        Assert.That(answers.Select(answer => (answer.Status, answer.Reason)), Is.All.EqualTo((500, "got timeout")));
        Assert.That(site.Cluster.Vm(101), Is.Null);
        Assert.That(async () => await site.Clone(101), Does.StartWith("UPID:"));
    }

    [Test]
    public async Task Slow_calls_take_their_time()
    {
        await using var site = await Site.StartAsync();
        site.Cluster.Faults.Slow(TimeSpan.FromSeconds(7), path: "/version");
        var before = site.Clock.GetUtcNow();

        await site.Client.Get("/version");

        Assert.That(site.Clock.GetUtcNow() - before, Is.EqualTo(TimeSpan.FromSeconds(7)));
    }

    [Test]
    public async Task Hanging_daemon_acts_and_answers_596_after_thirty_seconds()
    {
        await using var site = await Site.StartAsync();
        await site.MadeClone(101);
        site.Cluster.Faults.Hang("n1");

        var answer = await site.Client.Put("/nodes/n1/qemu/101/config", ("description", "changed"));

        Assert.That((answer.Status, answer.Reason, answer.Body), Is.EqualTo((596, "Connection timed out", "")));
        Assert.That(site.Cluster.Vm(101)!.Description, Is.EqualTo("changed"));
    }

    [Test]
    public async Task Cleared_faults_are_gone()
    {
        await using var site = await Site.StartAsync();
        site.Cluster.Faults.LoseQuorum();
        site.Cluster.Faults.HoldStorageLock("shared");
        site.Cluster.Faults.Fail(500, "no", times: null);

        site.Cluster.Faults.Clear();

        Assert.That(await site.MadeClone(101), Is.EqualTo(101));
    }
}
