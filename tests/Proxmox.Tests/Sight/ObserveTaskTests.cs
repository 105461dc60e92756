using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Proxmox.Tests.Stub;

namespace MultiPanel.Proxmox.Tests.Sight;

internal sealed class ObserveTaskTests
{
    private static readonly Upid Task = Upid.Parse("UPID:pve1:0000044E:00064204:6B030FE4:qmclone:200:root@pam:");

    private static async Task<Sighting<PveTaskStatus>> Look(StubAnswer answer)
    {
        await using var pve = new PveStub(_ => answer);
        await using var client = pve.Client();
        return await client.ObserveTaskAsync(Task);
    }

    [Test]
    public async Task A_task_is_seen_as_it_is()
    {
        Assert.That(
            await Look(StubAnswer.Data("""{"status":"running"}""")),
            Is.EqualTo(new Sighting<PveTaskStatus>.Exists(PveTaskStatus.Running)));
        Assert.That(
            await Look(StubAnswer.Data("""{"status":"stopped","exitstatus":"unexpected status"}""")),
            Is.EqualTo(new Sighting<PveTaskStatus>.Exists(PveTaskStatus.Stopped(new TaskExit.Unknown("unexpected status")))));
    }

    [Test]
    public async Task One_that_its_node_does_not_know_is_gone() =>
        Assert.That(
            await Look(new StubAnswer("HTTP/1.1 400 Parameter verification failed.", """{"data":null,"errors":{"upid":"no such task"}}""")),
            Is.TypeOf<Sighting<PveTaskStatus>.Gone>());

    [Test]
    public async Task One_whose_node_is_off_is_unknown() =>
        Assert.That(await Look(StubAnswer.Bare(595, "No route to host")), Is.TypeOf<Sighting<PveTaskStatus>.Unknown>());
}
