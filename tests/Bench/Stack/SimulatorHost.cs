using System.Text.Json;
using MultiPanel.Simulator;

namespace MultiPanel.Bench.Stack;

/// <summary>The simulator as a process: <c>MultiPanel.Bench simulator {"Site": …, "ControlPort": …}</c>, until it is ended.</summary>
internal static class SimulatorHost
{
    internal sealed record Order(Site Site, int ControlPort);

    public static async Task<int> RunAsync(string order)
    {
        var (site, controlPort) = JsonSerializer.Deserialize<Order>(order)!;
        await using var simulator = await PveSimulator.StartAsync(site.ToOptions(controlPort));
        await Task.Delay(Timeout.InfiniteTimeSpan);
        return 0;
    }
}
