using System.Globalization;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Qemu;

/// <summary>PVE::API2::Qemu's check of memory and balloon together.</summary>
internal static class MemoryCheck
{
    private const string Default = "512";

    public static void Require(VmState vm, Dictionary<string, string> values)
    {
        if (!values.ContainsKey("memory") && !values.ContainsKey("balloon"))
        {
            return;
        }

        var memory = Number(Of("memory") ?? Default);
        if (Of("balloon") is { } balloon && Number(balloon) > memory)
        {
            throw new PveException("balloon value too large (must be smaller than assigned memory)");
        }

        string? Of(string key) => values.GetValueOrDefault(key) ?? vm.Pending.GetValueOrDefault(key) ?? vm.Config.GetValueOrDefault(key);
    }

    private static long Number(string text) =>
        long.Parse(text.StartsWith("current=", StringComparison.Ordinal) ? text["current=".Length..] : text, CultureInfo.InvariantCulture);
}
