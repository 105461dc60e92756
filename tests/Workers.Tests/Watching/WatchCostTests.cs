namespace MultiPanel.Workers.Tests.Watching;

/// <summary>What it costs a cluster to be watched, in calls, whatever runs there.</summary>
public sealed class WatchCostTests
{
    private const string Lists = "GET /nodes/{node}/tasks";
    private const string Logs = "GET /nodes/{node}/tasks/{upid}/log";

    [Test]
    public async Task A_thousand_running_tasks_on_three_nodes_cost_four_calls_a_tick()
    {
        await using var rig = await WatchRig.StartAsync(1_000, ("east1", 9010), ("east2", 9011), ("east3", 9020));
        Assert.That(rig.Proxmox.Tasks.Count(task => task.EndedAt is null), Is.EqualTo(1_000));
        for (var tick = 0; tick < 6; tick++)
        {
            var (all, lists, logs) = (rig.Proxmox.TotalCalls, rig.Proxmox.Calls.GetValueOrDefault(Lists), rig.Proxmox.Calls.GetValueOrDefault(Logs));
            await rig.Watch.TickAsync(CancellationToken.None);

            Assert.That(rig.Proxmox.TotalCalls - all, Is.LessThanOrEqualTo(4), $"tick {tick}");
            Assert.That(rig.Proxmox.Calls[Lists] - lists, Is.EqualTo(3), "each node is asked");
            Assert.That(rig.Proxmox.Calls[Logs] - logs, Is.EqualTo(1), "one log is read");
        }
    }

    [Test]
    public async Task The_logs_of_one_nodes_tasks_are_read_in_turn_with_what_the_list_leaves()
    {
        await using var rig = await WatchRig.StartAsync(9, ("east1", 9010));
        for (var tick = 0; tick < 3; tick++)
        {
            var (all, logs) = (rig.Proxmox.TotalCalls, rig.Proxmox.Calls.GetValueOrDefault(Logs));
            await rig.Watch.TickAsync(CancellationToken.None);

            Assert.That((rig.Proxmox.TotalCalls - all, rig.Proxmox.Calls[Logs] - logs), Is.EqualTo((4, 3)), $"tick {tick}");
        }
    }
}
