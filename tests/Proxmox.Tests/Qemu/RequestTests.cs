using MultiPanel.Proxmox.Qemu;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Proxmox.Tests.Stub;

namespace MultiPanel.Proxmox.Tests.Qemu;

internal sealed class RequestTests
{
    private const string Task = "\"UPID:pve1:0000044E:00064204:6B030FE4:qmclone:200:root@pam:\"";

    [Test]
    public async Task A_clone_is_a_form_with_its_length()
    {
        await using var pve = new PveStub(_ => StubAnswer.Data(Task));
        await using var client = pve.Client();

        var upid = await client.Qemu.CloneAsync("pve1", 200, new CloneRequest(202) { Name = "a-b", Description = "one\ntwo & three", Full = true });

        var sent = pve.Requests.Single();
        Assert.Multiple(() =>
        {
            Assert.That(upid.Type, Is.EqualTo("qmclone"));
            Assert.That($"{sent}", Is.EqualTo("POST nodes/pve1/qemu/200/clone"));
            Assert.That(sent.Body, Is.EqualTo("newid=202&name=a-b&description=one%0Atwo+%26+three&full=1"));
            Assert.That(sent.Header("Content-Type"), Is.EqualTo("application/x-www-form-urlencoded"));
            Assert.That(sent.Header("Content-Length"), Is.EqualTo($"{sent.Body.Length}"));
            Assert.That(sent.Header("Transfer-Encoding"), Is.Null);
            Assert.That(sent.Header("Authorization"), Is.EqualTo("PVEAPIToken=engine@pve!t1=the-secret"));
            Assert.That(sent.Header("CSRFPreventionToken"), Is.Null);
        });
    }

    [Test]
    public async Task A_post_without_parameters_still_tells_its_length()
    {
        await using var pve = new PveStub(_ => StubAnswer.Data(Task));
        await using var client = pve.Client();

        await client.Qemu.StartAsync("pve1", 200);

        Assert.That(pve.Requests.Single().Header("Content-Length"), Is.EqualTo("0"));
    }

    [Test]
    public async Task A_delete_has_its_parameters_in_the_query_and_no_body()
    {
        await using var pve = new PveStub(_ => StubAnswer.Data(Task));
        await using var client = pve.Client();

        await client.Qemu.DeleteAsync("pve1", 202, purge: true, destroyUnreferencedDisks: true);

        var sent = pve.Requests.Single();
        Assert.That($"{sent}", Is.EqualTo("DELETE nodes/pve1/qemu/202"));
        Assert.That(sent.Query, Is.EqualTo("purge=1&destroy-unreferenced-disks=1"));
        Assert.That(sent.Header("Content-Length"), Is.Null);
        Assert.That(sent.Header("Content-Type"), Is.Null);
    }

    [Test]
    public async Task A_change_of_configuration_lists_the_keys_to_delete()
    {
        await using var pve = new PveStub(_ => StubAnswer.Data("null"));
        await using var client = pve.Client();

        await client.Qemu.ConfigureAsync("pve1", 202, new Dictionary<string, string> { ["memory"] = "2048" }, ["tags", "onboot"], "abc");

        Assert.That(pve.Requests.Single().Method, Is.EqualTo("PUT"));
        Assert.That(pve.Requests.Single().Body, Is.EqualTo("memory=2048&delete=tags%2Conboot&digest=abc"));
    }

    [Test]
    public async Task A_upid_in_a_path_is_escaped()
    {
        await using var pve = new PveStub(_ => StubAnswer.Data("""{"status":"stopped","exitstatus":"WARNINGS: 2"}"""));
        await using var client = pve.Client();

        var status = await client.Tasks.StatusAsync(Upid.Parse(Task.Trim('"')));

        Assert.That(status.Exit, Is.EqualTo(new TaskExit.Warnings(2)));
        Assert.That(pve.Requests.Single().Path, Is.EqualTo("nodes/pve1/tasks/UPID%3Apve1%3A0000044E%3A00064204%3A6B030FE4%3Aqmclone%3A200%3Aroot%40pam%3A/status"));
    }

    [TestCase("..")]
    [TestCase(".")]
    [TestCase("")]
    public async Task A_name_that_would_change_the_path_is_refused(string node)
    {
        await using var pve = new PveStub(_ => StubAnswer.Data(Task));
        await using var client = pve.Client();

        Assert.ThrowsAsync<ArgumentException>(async () => await client.Qemu.StopAsync(node, 100));
        Assert.That(pve.Requests, Is.Empty);
    }

    [Test]
    public async Task An_agent_that_is_not_running_does_not_answer_a_ping()
    {
        await using var pve = new PveStub(_ => StubAnswer.Error(500, "QEMU guest agent is not running"));
        await using var client = pve.Client();

        Assert.That(await client.Agent.PingAsync("pve1", 100), Is.False);
        Assert.That(pve.Requests, Has.Count.EqualTo(1));
    }
}
