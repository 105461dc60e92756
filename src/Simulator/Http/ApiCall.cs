using System.Globalization;
using System.Text.RegularExpressions;
using MultiPanel.Simulator.Access;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Http;

/// <summary>A call on its way to a handler.</summary>
internal sealed partial class ApiCall(Cluster cluster, string servedBy, Caller caller, IReadOnlyDictionary<string, List<string>> given)
{
    public Cluster Cluster { get; } = cluster;

    /// <summary>The node that was asked, which may not be the one that the path names.</summary>
    public string ServedBy { get; } = servedBy;

    public Caller Caller { get; } = caller;

    /// <summary>Parameters as they came, the path's included.</summary>
    public IReadOnlyDictionary<string, List<string>> Given { get; } = given;

    /// <summary>Parameters after verification; booleans are 1 or 0.</summary>
    public Dictionary<string, string> Params { get; set; } = [];

    /// <summary>Total that goes beside the data.</summary>
    public int? Total { get; set; }

    public string Node => Params["node"];

    public int VmId => int.Parse(Params["vmid"], CultureInfo.InvariantCulture);

    public VmState Vm => Cluster.Vm(Node, VmId);

    public string? this[string name] => Params.GetValueOrDefault(name);

    public bool Flag(string name, bool otherwise = false) => this[name] is { } value ? value == "1" : otherwise;

    public int Int(string name, int otherwise) => this[name] is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>Fills the path's variables with the call's (not yet verified) parameters.</summary>
    public string Expand(string path) => Variable().Replace(path, match =>
        Given.TryGetValue(match.Groups[1].Value, out var values) ? values[0] : "");

    /// <summary>Only root@pam signed in with a password may use that.</summary>
    public void RequireRootFor(string parameter)
    {
        if (Params.ContainsKey(parameter) && Caller.Id != "root@pam")
        {
            throw PveException.Parameter(parameter, "Only root may use this option.");
        }
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Variable();
}
