using System.Text.Json;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Http;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Proxmox.Tests.Stub;

namespace MultiPanel.Proxmox.Tests.Recorded;

internal sealed class RecordedTaskTests
{
    private static readonly Upid Task = Upid.Parse("UPID:pve1:0000044E:00064204:6B030FE4:qmclone:200:root@pam:");

    private static JsonElement Data(Recording recording) =>
        JsonSerializer.Deserialize<JsonElement>(recording.Answer.Body).GetProperty("data");

    [Test]
    public void Every_recorded_upid_is_read_and_written_the_same()
    {
        Recordings.Require();
        var texts = Recordings.All()
            .Where(recording => recording.Status == 200 && recording.Method != "GET")
            .Select(recording => Data(recording).Scalar())
            .Where(text => text?.StartsWith("UPID:", StringComparison.Ordinal) == true)
            .ToList();

        Assert.That(texts, Has.Count.GreaterThan(50));
        Assert.That(texts.Select(text => Upid.Parse(text!).ToString()), Is.EqualTo(texts));
    }

    [Test]
    public void A_task_s_status_repeats_its_upid_s_parts()
    {
        var data = Data(Recordings.Named("9.1.8-extra/003-import-task-status"));
        var upid = Upid.Parse(data.Text("upid")!);

        Assert.That(
            (upid.Node, upid.Pid, upid.PStart, upid.StartTime.ToUnixTimeSeconds(), upid.Type, upid.Id, upid.User),
            Is.EqualTo((data.Text("node"), data.Long("pid"), data.Long("pstart"), data.Long("starttime"), data.Text("type"), data.Text("id"), data.Text("user"))));
    }

    [TestCase("9.1.8-extra/002-import-task-running", null)]
    [TestCase("9.1.8-extra/003-import-task-status", typeof(TaskExit.Succeeded))]
    [TestCase("9.1.8-failures/063-locked-start-task-status", typeof(TaskExit.Failed))]
    [TestCase("9.1.8-failures/083-task-stopped-status", typeof(TaskExit.Failed))]
    [TestCase("9.1.8-failures/086-task-sigkilled-status", typeof(TaskExit.Unknown))]
    public async Task A_status_is_read(string name, Type? exit)
    {
        var recording = Recordings.Named(name);
        await using var pve = new PveStub(_ => recording.Answer);
        await using var client = pve.Client();

        var status = await client.Tasks.StatusAsync(Task);

        Assert.That(status.Exit?.GetType(), Is.EqualTo(exit));
    }

    [TestCase("9.1.8-failures/054-flock-held-start-task-status", typeof(PveLockTimeoutException))]
    [TestCase("9.1.8-failures/063-locked-start-task-status", typeof(PveLockedException))]
    [TestCase("9.1.8/063-x-start-while-paused-task-status", typeof(PveVmStateException))]
    [TestCase("9.1.8/083-x-shutdown-by-agent-task-status", typeof(PveTimeoutException))]
    [TestCase("9.1.8/179-err-shrink-task-status", typeof(PveException))]
    [TestCase("9.1.8/220-snapshot-dup-task-status", typeof(PveAlreadyExistsException))]
    [TestCase("9.1.8/227-snapshot-delete-missing-task-status", typeof(PveNotFoundException))]
    public void A_failed_task_has_its_kind(string name, Type kind)
    {
        var data = Data(Recordings.Named(name));
        var exit = (TaskExit.Failed)TaskExit.Parse(data.Text("exitstatus"));

        Assert.That(PveException.FromTask(Upid.Parse(data.Text("upid")!), exit.Text), Is.TypeOf(kind));
    }

    [TestCase("9.1.8/274-tasks-node", 5)]
    [TestCase("9.1.8/275-tasks-errors", 5)]
    [TestCase("9.1.8-failures/079-task-list-running", 1)]
    public async Task A_node_s_tasks_are_listed(string name, int count)
    {
        var recording = Recordings.Named(name);
        await using var pve = new PveStub(_ => recording.Answer);
        await using var client = pve.Client();

        var tasks = await client.Tasks.ListAsync("pve1");

        Assert.That(tasks, Has.Count.EqualTo(count));
        Assert.That(tasks.Select(task => task.Status.IsRunning), Is.All.EqualTo(name.Contains("running", StringComparison.Ordinal)));
        Assert.That(tasks.Select(task => task.EndTime is null), Is.All.EqualTo(name.Contains("running", StringComparison.Ordinal)));
    }

    [Test]
    public async Task A_cluster_s_tasks_are_listed()
    {
        var recording = Recordings.Named("9.1.8/137-cluster-tasks");
        await using var pve = new PveStub(_ => recording.Answer);
        await using var client = pve.Client();

        var tasks = await client.Cluster.TasksAsync();

        Assert.That(tasks, Has.Count.EqualTo(Data(recording).GetArrayLength()));
        Assert.That(tasks[0].Status.Exit, Is.EqualTo(new TaskExit.Succeeded()));
    }

    [TestCase("9.1.8-extra/004-import-task-log", 16, 100.0)]
    [TestCase("9.1.8-failures/077-task-running-log", 14, 100.0)]
    [TestCase("9.1.8/268-migrate-local-disk-task-log", 41, null)]
    public async Task A_log_tells_how_far_the_task_is_where_it_does(string name, int total, double? percent)
    {
        var recording = Recordings.Named(name);
        await using var pve = new PveStub(_ => recording.Answer);
        await using var client = pve.Client();

        var log = await client.Tasks.LogAsync(Task);

        Assert.That(log.Total, Is.EqualTo(total));
        Assert.That(log.Percent, percent is null ? Is.Null : Is.EqualTo(percent).Within(0.01));
    }
}
