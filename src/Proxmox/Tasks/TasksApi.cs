using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Http;

namespace MultiPanel.Proxmox.Tasks;

/// <summary>A node's tasks.</summary>
public sealed class TasksApi
{
    private readonly PveTransport transport;

    internal TasksApi(PveTransport transport) => this.transport = transport;

    /// <summary>
    /// Running and finished tasks of a node (<c>source=all</c>), newest first. Unlike <c>/cluster/tasks</c>, which has only
    /// the newest 25 finished ones, it is complete from <paramref name="since"/> on.
    /// </summary>
    /// <param name="since">The oldest wanted start, by the node's clock.</param>
    /// <param name="limit">Proxmox's own default is 50.</param>
    public async Task<IReadOnlyList<PveTask>> ListAsync(
        string node,
        DateTimeOffset? since = null,
        int limit = 1000,
        int start = 0,
        int? vmid = null,
        string? type = null,
        CancellationToken ct = default)
    {
        var rows = await transport.ListAsync(
            PvePath.Node(node, "tasks"),
            new PveForm
            {
                { "source", "all" },
                { "since", since?.ToUnixTimeSeconds() },
                { "limit", limit },
                { "start", start },
                { "vmid", vmid },
                { "typefilter", type },
            },
            row => row,
            ct);
        return PveTask.ListFrom(rows);
    }

    /// <summary>The newest tasks of one VM on a node, and the node's time when it listed them: it dates its tasks by its own clock.</summary>
    public async Task<(IReadOnlyList<PveTask> Tasks, DateTimeOffset? Date)> OfVmAsync(string node, int vmid, int limit = 50, CancellationToken ct = default)
    {
        var answer = await transport.GetAsync(
            PvePath.Node(node, "tasks"), new PveForm { { "source", "all" }, { "limit", limit }, { "vmid", vmid } }, ct);
        return (PveTask.ListFrom([.. answer.Data.Rows()]), answer.Date);
    }

    /// <exception cref="PveNotFoundException">The node has no such task.</exception>
    public async Task<PveTaskStatus> StatusAsync(Upid upid, CancellationToken ct = default)
    {
        var task = await transport.ObjectAsync(PvePath.Task(upid, "status"), null, ct);
        return task.Text("status") == "running"
            ? PveTaskStatus.Running
            : PveTaskStatus.Stopped(TaskExit.Parse(task.Text("exitstatus")));
    }

    /// <param name="start">The first line, from 0.</param>
    public async Task<PveTaskLog> LogAsync(Upid upid, int start = 0, int limit = 500, CancellationToken ct = default)
    {
        var answer = await transport.GetAsync(PvePath.Task(upid, "log"), new PveForm { { "start", start }, { "limit", limit } }, ct);
        var lines = answer.Data.Rows().Select(row => row.Text("t") ?? "").ToList();

        // PVE::Tools::dump_logfile puts this line into an empty log for the sake of ExtJS.
        return answer.Total <= 1 && lines is ["no content"] ? new PveTaskLog(0, []) : new PveTaskLog(answer.Total ?? lines.Count, lines);
    }

    /// <summary>The last <paramref name="lines"/> lines. Two calls: the log's length is only known from an answer.</summary>
    public async Task<PveTaskLog> LogTailAsync(Upid upid, int lines, CancellationToken ct = default)
    {
        var head = await LogAsync(upid, 0, lines, ct);
        return head.Total <= lines ? head : await LogAsync(upid, head.Total - lines, lines, ct);
    }

    /// <summary>Asks a task to end; its status shows whether it did. Harmless for one that has ended.</summary>
    public Task StopAsync(Upid upid, CancellationToken ct = default) =>
        transport.SendAsync(new PveCall(HttpMethod.Delete, PvePath.Task(upid)) { Repeatable = true }, ct);
}
