using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tests.Stub;

namespace MultiPanel.Proxmox.Tests.Sight;

internal sealed class ObserveVmTests
{
    private static readonly StubAnswer Missing = StubAnswer.Error(500, "Configuration file 'nodes/pve1/qemu-server/100.conf' does not exist");

    private static StubAnswer Listed(string rows) => StubAnswer.Data($"[{rows}]");

    private static string Vm(string node, string type = "qemu") => $$"""{"id":"{{type}}/100","type":"{{type}}","vmid":100,"node":"{{node}}","status":"running"}""";

    /// <summary>A cluster of pve1 and pve2 with the VM on the nodes named, and anything else as said.</summary>
    private static Func<StubRequest, StubAnswer> Cluster(string? vmOn, Func<StubRequest, StubAnswer?>? other = null) => request =>
        other?.Invoke(request) ?? request.Path switch
        {
            "cluster/resources" => Listed(vmOn is null ? "" : Vm(vmOn)),
            "cluster/status" => StubAnswer.Data("""[{"type":"cluster","name":"c","quorate":1},{"type":"node","name":"pve1","online":1}]"""),
            "nodes" => StubAnswer.Data("""[{"node":"pve1","status":"offline"},{"node":"pve2","status":"online"},{"node":"pve3","status":"online"}]"""),
            var path when vmOn is null || !path.Contains($"nodes/{vmOn}/", StringComparison.Ordinal) => Missing,
            var path when path.EndsWith("current", StringComparison.Ordinal) => StubAnswer.Data("""{"vmid":100,"status":"running","qmpstatus":"paused","uptime":12}"""),
            _ => StubAnswer.Data("""{"name":"desk","lock":"backup"}"""),
        };

    private static async Task<Sighting<VmSight>> Look(Func<StubRequest, StubAnswer> cluster, string? hint, TimeSpan? timeout = null)
    {
        await using var pve = new PveStub(cluster);
        await using var client = new PveClient(Clients.To(pve.Uri) with { CallTimeout = timeout ?? TimeSpan.FromSeconds(10) });
        return await client.ObserveVmAsync(100, hint);
    }

    [TestCase("pve1")]
    [TestCase("pve2")]
    [TestCase(null)]
    public async Task A_vm_is_found_wherever_it_is(string? hint)
    {
        var sight = (await Look(Cluster("pve2"), hint) as Sighting<VmSight>.Exists)!.Value;

        Assert.That((sight.Node, sight.Status.QmpStatus, sight.Config.Name, sight.Status.Uptime.TotalSeconds), Is.EqualTo(("pve2", "paused", "desk", 12.0)));
    }

    [TestCase("pve1")]
    [TestCase(null)]
    public async Task A_vm_that_is_neither_there_nor_listed_is_gone(string? hint) =>
        Assert.That(await Look(Cluster(null), hint), Is.TypeOf<Sighting<VmSight>.Gone>());

    public static IEnumerable<TestCaseData> Blindness()
    {
        static TestCaseData Case(string name, Func<StubRequest, StubAnswer?> other) => new TestCaseData(other).SetArgDisplayNames(name);
        yield return Case("all 401", _ => StubAnswer.Bare(401, "Authentication failed!"));
        yield return Case("all 596", _ => StubAnswer.Bare(596, "Connection timed out"));
        yield return Case("all hang up", _ => StubAnswer.Hangup);
        yield return Case("an unknown 500", request => request.Path.StartsWith("nodes/", StringComparison.Ordinal) ? StubAnswer.Error(500, "something else") : null);
        yield return Case("list 500", request => request.Path == "cluster/resources" ? StubAnswer.Error(500, "ipcc_send_rec failed") : null);
        yield return Case("an answer without a list", request => request.Path == "cluster/resources" ? StubAnswer.Data("null") : null);
        yield return Case("no right to look", request => request.Path.StartsWith("nodes/", StringComparison.Ordinal) ? StubAnswer.Error(403, "Permission check failed (/vms/100, VM.Audit)") : null);
        yield return Case("no quorum", request => request.Path == "cluster/status" ? StubAnswer.Data("""[{"type":"cluster","quorate":0}]""") : null);
        yield return Case("a container has the VMID", request => request.Path == "cluster/resources" ? Listed(Vm("pve2", "lxc")) : null);
        yield return Case("listed but not there", request => request.Path == "cluster/resources" ? Listed(Vm("pve2")) : null);
        yield return Case("its node is off", request => request.Path switch
        {
            "cluster/resources" => Listed(Vm("pve1")),
            var path when path.StartsWith("nodes/pve1/", StringComparison.Ordinal) => StubAnswer.Bare(595, "No route to host"),
            _ => null,
        });
    }

    [TestCaseSource(nameof(Blindness))]
    public async Task What_cannot_be_seen_is_unknown(Func<StubRequest, StubAnswer?> other)
    {
        Assert.That(await Look(Cluster(null, other), "pve1"), Is.TypeOf<Sighting<VmSight>.Unknown>());
        Assert.That(await Look(Cluster(null, other), null), Is.TypeOf<Sighting<VmSight>.Unknown>());
    }

    [Test]
    public async Task A_cluster_that_does_not_answer_in_time_is_unknown()
    {
        var sight = await Look(_ => StubAnswer.Silence, "pve1", TimeSpan.FromMilliseconds(100));

        Assert.That((sight as Sighting<VmSight>.Unknown)?.Why, Is.TypeOf<PveTimeoutException>());
    }

    [Test]
    public async Task Without_the_right_to_see_the_quorum_most_nodes_online_will_do()
    {
        var mayNot = Cluster(null, request => request.Path == "cluster/status" ? StubAnswer.Error(403, "Permission check failed (/, Sys.Audit)") : null);
        var alone = Cluster(null, request => request.Path switch
        {
            "cluster/status" => StubAnswer.Error(403, "Permission check failed (/, Sys.Audit)"),
            "nodes" => StubAnswer.Data("""[{"node":"pve1","status":"online"},{"node":"pve2","status":"offline"}]"""),
            _ => null,
        });

        Assert.That(await Look(mayNot, "pve1"), Is.TypeOf<Sighting<VmSight>.Gone>());
        Assert.That(await Look(alone, "pve1"), Is.TypeOf<Sighting<VmSight>.Unknown>());
    }

    [Test]
    public async Task A_taken_vmid_that_is_not_shown_is_hidden_and_a_free_one_gone()
    {
        Func<StubRequest, StubAnswer> Hidden(StubAnswer nextId) => Cluster(null, request => request.Path switch
        {
            "cluster/nextid" => nextId,
            var path when path.StartsWith("nodes/", StringComparison.Ordinal) => StubAnswer.Error(403, "Permission check failed (/vms/100, VM.Audit)"),
            _ => null,
        });

        var taken = await Look(Hidden(new StubAnswer("HTTP/1.1 400 Parameter verification failed.", """{"data":null,"errors":{"vmid":"VM 100 already exists"}}""")), "pve1");
        var free = await Look(Hidden(StubAnswer.Data("\"100\"")), "pve1");

        Assert.That((taken as Sighting<VmSight>.Unknown)?.Why, Is.TypeOf<PveHiddenException>());
        Assert.That(free, Is.TypeOf<Sighting<VmSight>.Gone>());
    }

    /// <summary>A clone is put into its pool when it is ready, which may be between two questions.</summary>
    [Test]
    public async Task A_vm_that_is_shown_a_moment_after_it_was_hidden_is_seen()
    {
        var asked = 0;
        var sight = await Look(
            Cluster("pve1", request => request.Path.StartsWith("nodes/pve1/", StringComparison.Ordinal) && Interlocked.Increment(ref asked) == 1
                ? StubAnswer.Error(403, "Permission check failed (/vms/100, VM.Audit)")
                : null),
            "pve1");

        Assert.That(sight, Is.TypeOf<Sighting<VmSight>.Exists>());
    }

    [Test]
    public async Task A_vm_on_a_node_that_is_off_but_that_moved_is_found()
    {
        var sight = await Look(
            Cluster("pve2", request => request.Path.StartsWith("nodes/pve1/", StringComparison.Ordinal) ? StubAnswer.Bare(595, "No route to host") : null),
            "pve1");

        Assert.That((sight as Sighting<VmSight>.Exists)?.Value.Node, Is.EqualTo("pve2"));
    }
}
