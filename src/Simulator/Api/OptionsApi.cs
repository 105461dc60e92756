using MultiPanel.Simulator.Http;
using MultiPanel.Simulator.Qemu;

namespace MultiPanel.Simulator.Api;

/// <summary>The datacenter's options, and the cluster's CPU models of its own.</summary>
internal static class OptionsApi
{
    private const string Declaration = "description keyboard console language mac_prefix migration tag-style crs ha http_proxy email_from max_workers:int,min=1 next-id notify u2f webauthn";

    // Property strings, which GET answers as objects.
    private static readonly HashSet<string> Structured = ["migration", "tag-style", "crs", "ha", "next-id", "notify", "u2f", "webauthn"];

    public static IEnumerable<ApiMethod> Methods() =>
    [
        new("GET", "/cluster/options", "", Read),
        new ApiMethod("PUT", "/cluster/options", Declaration + " delete:configid-list", Change).Protected().Needs("/", "Sys.Modify"),
        new("GET", "/cluster/qemu/custom-cpu-models", "", _ => Array.Empty<object>()),
    ];

    private static Dictionary<string, object?> Read(ApiCall call)
    {
        var state = call.Cluster.State;
        var shown = new Dictionary<string, object?>
        {
            ["mac_prefix"] = "BC:24:11",
            ["description"] = "",
            ["allowed-tags"] = state.Vms.Values.SelectMany(vm => Tags.Of(vm)).Distinct().Order(StringComparer.Ordinal).ToList(),
        };
        foreach (var (key, value) in state.Options)
        {
            shown[key] = Structured.Contains(key) ? PropertyString.Parse(value) : value;
        }

        return shown;
    }

    private static object? Change(ApiCall call)
    {
        call.Cluster.RequireQuorum();
        foreach (var key in call["delete"]?.Split(',') ?? [])
        {
            call.Cluster.State.Options.Remove(key);
        }

        foreach (var (key, value) in call.Params.Where(pair => pair.Key != "delete"))
        {
            call.Cluster.State.Options[key] = value;
        }

        return null;
    }
}
