using System.Globalization;
using MultiPanel.Simulator.Seeds;

namespace MultiPanel.Simulator;

/// <summary>Options of the standalone simulator: <c>--name value</c>, or <c>SIMULATOR_NAME</c> in the environment.</summary>
internal static class CommandLine
{
    public const string Usage = """
        Simulates two Proxmox VE clusters on 127.0.0.1.
          --port N          first port; each node takes the next (SIMULATOR_PORT, default 8006)
          --state FOLDER    keeps the state there (SIMULATOR_STATE, default: none is kept)
          --control [PORT]  serves the control endpoint (SIMULATOR_CONTROL, default: off; 8100 without a port)
          --time-scale X    everything X times as fast (SIMULATOR_TIME_SCALE, default 1)
        """;

    private static readonly string[] Names = ["port", "state", "control", "time-scale"];

    /// <summary>The options, or null when they make no sense.</summary>
    public static SimulatorOptions? Parse(string[] args, Func<string, string?> environment)
    {
        var given = Names.Select(name => (name, value: environment("SIMULATOR_" + name.ToUpperInvariant().Replace('-', '_'))))
            .Where(pair => !string.IsNullOrEmpty(pair.value)).ToDictionary(pair => pair.name, pair => pair.value!);
        for (var index = 0; index < args.Length; index++)
        {
            var name = args[index].StartsWith("--", StringComparison.Ordinal) ? args[index][2..] : "";
            if (!Names.Contains(name))
            {
                return null;
            }

            var hasValue = index + 1 < args.Length && !args[index + 1].StartsWith("--", StringComparison.Ordinal);
            if (!hasValue && name != "control")
            {
                return null;
            }

            given[name] = hasValue ? args[++index] : "8100";
        }

        return Build(given);
    }

    private static SimulatorOptions? Build(Dictionary<string, string> given)
    {
        if (!int.TryParse(given.GetValueOrDefault("port", "8006"), out var port)
            || !double.TryParse(given.GetValueOrDefault("time-scale", "1"), NumberStyles.Float, CultureInfo.InvariantCulture, out var scale) || scale <= 0)
        {
            return null;
        }

        var control = -1;
        if (given.TryGetValue("control", out var text) && !int.TryParse(text, out control))
        {
            return null;
        }

        var demo = SimulatorOptions.Demo();
        var first = port;
        var clusters = new List<ClusterSeed>();
        foreach (var cluster in demo.Clusters)
        {
            clusters.Add(cluster with { BasePort = first });
            first += port == 0 ? 0 : cluster.Nodes.Count;
        }

        return demo with
        {
            Clusters = clusters,
            TimeScale = scale,
            StateFolder = given.GetValueOrDefault("state"),
            ControlPort = control < 0 ? null : control,
        };
    }
}
