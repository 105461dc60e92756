using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using MultiPanel.Simulator.Http;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;
using MultiPanel.Simulator.Tasks;

namespace MultiPanel.Simulator.Api;

/// <summary>A node's tasks.</summary>
internal static partial class TasksApi
{
    private const int DefaultLimit = 50;

    public static IEnumerable<ApiMethod> Methods() =>
    [
        new("GET", "/nodes/{node}/tasks", "errors:bool limit:int,min=0 start:int,min=0 since:int until:int source:archive|active|all statusfilter typefilter userfilter vmid:vmid", List),
        new ApiMethod("GET", "/nodes/{node}/tasks/{upid}/status", "", Status).Protected(),
        new ApiMethod("GET", "/nodes/{node}/tasks/{upid}/log", "limit:int,min=0 start:int,min=0 download:bool", Log).Protected(),
        new ApiMethod("DELETE", "/nodes/{node}/tasks/{upid}", "", Stop).Protected(),
    ];

    private static bool SeesAll(ApiCall call) => call.Cluster.Permissions.Allows(call.Caller, $"/nodes/{call.Node}", "Sys.Audit");

    private static bool IsOwn(ApiCall call, TaskState task) => task.User == call.Caller.Id || task.User.Split('!')[0] == call.Caller.Id;

    private static TaskState Find(ApiCall call)
    {
        var upid = call["upid"]!;
        if (!UpidPattern().IsMatch(upid))
        {
            throw PveException.Parameter("upid", "unable to parse worker upid");
        }

        var task = call.Cluster.Tasks.Find(upid) is { } found && found.Node == call.Node ? found : throw PveException.Parameter("upid", "no such task");
        if (!IsOwn(call, task))
        {
            call.Cluster.Permissions.Check(call.Caller, $"/nodes/{call.Node}", "Sys.Audit");
        }

        return task;
    }

    private static IEnumerable<object> List(ApiCall call)
    {
        var all = SeesAll(call);
        var source = call["source"] ?? "archive";
        var tasks = call.Cluster.Tasks.All.Where(task => task.Node == call.Node && (all || IsOwn(call, task)))
            .Where(task => source == "all" || (source == "active") == task.IsRunning)
            .Where(task => !call.Flag("errors") || (!task.IsRunning && task.ExitStatus != "OK"))
            .Where(task => call["vmid"] is null || task.Id == call["vmid"])
            .Where(task => call["typefilter"] is null || task.Type.StartsWith(call["typefilter"]!, StringComparison.Ordinal))
            .Where(task => call["userfilter"] is null || task.User.Contains(call["userfilter"]!, StringComparison.OrdinalIgnoreCase))
            .Where(task => call["since"] is null || task.StartedAt.ToUnixTimeSeconds() >= call.Int("since", 0))
            .Where(task => call["until"] is null || task.StartedAt.ToUnixTimeSeconds() <= call.Int("until", 0))
            .Where(task => call["statusfilter"] is null || call["statusfilter"]!.Split(',').Contains(StatusType(task)))
            .OrderByDescending(task => task.IsRunning).ThenByDescending(task => task.EndedAt ?? task.StartedAt).ToList();
        call.Total = tasks.Count;
        return tasks.Skip(call.Int("start", 0)).Take(call.Int("limit", DefaultLimit)).Select(Row);
    }

    private static string StatusType(TaskState task) => task.ExitStatus switch
    {
        null or "unexpected status" => "unknown",
        "OK" => "ok",
        var status when status.StartsWith("WARNINGS", StringComparison.Ordinal) => "warning",
        _ => "error",
    };

    private static Dictionary<string, object?> Row(TaskState task)
    {
        var row = Identity(task);
        if (task.EndedAt is { } ended)
        {
            row["endtime"] = ended.ToUnixTimeSeconds();
            row["status"] = task.ExitStatus;
        }
        else
        {
            row["status"] = "RUNNING";
            row["saved"] = "0";
        }

        return row;
    }

    private static Dictionary<string, object?> Identity(TaskState task) => new()
    {
        ["upid"] = task.Upid,
        ["node"] = task.Node,
        ["pid"] = task.Pid,
        ["pstart"] = task.PStart,
        ["type"] = task.Type,
        ["id"] = task.Id,
        ["user"] = task.User,
        ["starttime"] = task.StartedAt.ToUnixTimeSeconds(),
    };

    private static Dictionary<string, object?> Status(ApiCall call)
    {
        var task = Find(call);
        var status = Identity(task);
        status["status"] = task.IsRunning ? "running" : "stopped";
        if (task.ExitStatus is { } exit)
        {
            status["exitstatus"] = exit;
        }

        if (task.User.Split('!', 2) is [var user, var token])
        {
            status["user"] = user;
            status["tokenid"] = token;
        }

        return status;
    }

    private static List<LogLine> Log(ApiCall call)
    {
        var task = Find(call);
        var lines = TaskLog.Lines(task, call.Cluster.Now);
        call.Total = lines.Count;
        var start = call.Int("start", 0);
        var limit = call.Int("limit", DefaultLimit);
        return lines.Skip(start).Take(limit == 0 ? int.MaxValue : limit).Select((text, index) => new LogLine(start + index + 1, text)).ToList();
    }

    private static object? Stop(ApiCall call)
    {
        var task = Find(call);
        if (!IsOwn(call, task))
        {
            call.Cluster.Permissions.Check(call.Caller, $"/nodes/{call.Node}", "Sys.Modify");
        }

        call.Cluster.Tasks.Stop(task);
        return null;
    }

    private sealed record LogLine([property: JsonPropertyName("n")] int Number, [property: JsonPropertyName("t")] string Text);

    [GeneratedRegex(@"^UPID:([a-zA-Z0-9]([a-zA-Z0-9\-]*[a-zA-Z0-9])?):([0-9A-Fa-f]{8}):([0-9A-Fa-f]{8,9}):([0-9A-Fa-f]{8}):([^:\s/]+):([^:\s/]*):([^:\s/]+):$")]
    private static partial Regex UpidPattern();
}
