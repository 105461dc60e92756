using System.Text.Json;
using MultiPanel.Proxmox.Http;

namespace MultiPanel.Proxmox.Tasks;

/// <summary>A row of a task list.</summary>
public sealed record PveTask
{
    public required Upid Upid { get; init; }

    public required PveTaskStatus Status { get; init; }

    /// <summary>Null while it runs.</summary>
    public DateTimeOffset? EndTime { get; init; }

    public string Node => Upid.Node;

    public string Type => Upid.Type;

    public string Id => Upid.Id;

    public string User => Upid.User;

    public DateTimeOffset StartTime => Upid.StartTime;

    internal static IReadOnlyList<PveTask> ListFrom(IReadOnlyList<JsonElement> rows)
    {
        var tasks = new List<PveTask>(rows.Count);
        foreach (var row in rows)
        {
            if (!Upid.TryParse(row.Text("upid"), out var upid))
            {
                continue; // Tasks of other products in a shared list have ids of another shape.
            }

            var end = row.Time("endtime");
            tasks.Add(new PveTask { Upid = upid, EndTime = end, Status = PveTaskStatus.OfRow(row.Text("status"), end is not null) });
        }

        return tasks;
    }
}
