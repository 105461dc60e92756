using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator;

/// <summary>A VM as it is.</summary>
/// <param name="VmId">Its id.</param>
/// <param name="Name">Its name, or "VM 100" where the configuration has none.</param>
/// <param name="Node">The node that has its configuration.</param>
/// <param name="Status">Its <c>qmpstatus</c>: <c>running</c>, <c>paused</c>, <c>stopped</c>, or what a fault has set.</param>
/// <param name="Lock">The configuration's lock (<c>clone</c>, <c>backup</c>, …), or null.</param>
/// <param name="Description">Its description, empty where it has none.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="IsTemplate">Whether it is a template.</param>
/// <param name="Config">The configuration file's options, with those that wait for the next start.</param>
/// <param name="InForce">The options without those that wait for the next start: what it runs with, where it runs.</param>
/// <param name="Snapshots">Names of its snapshots, oldest first.</param>
public sealed record SimulatedVm(
    int VmId,
    string Name,
    string Node,
    string Status,
    string? Lock,
    string Description,
    IReadOnlyList<string> Tags,
    bool IsTemplate,
    IReadOnlyDictionary<string, string> Config,
    IReadOnlyDictionary<string, string> InForce,
    IReadOnlyList<string> Snapshots)
{
    internal static SimulatedVm Of(VmState vm) => new(
        vm.VmId,
        vm.Name,
        vm.Node,
        vm.QmpStatus,
        vm.Lock,
        vm.Config.GetValueOrDefault("description", ""),
        vm.Config.GetValueOrDefault("tags", "").Split(';', StringSplitOptions.RemoveEmptyEntries),
        vm.IsTemplate,
        vm.Config.Concat(vm.Pending).GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Last().Value),
        new Dictionary<string, string>(vm.Config),
        vm.Snapshots.ConvertAll(snapshot => snapshot.Name));
}
