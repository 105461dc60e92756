using MultiPanel.Simulator.Http;

namespace MultiPanel.Simulator.Api;

/// <summary>All methods of the simulated API.</summary>
internal static class ApiMethodTable
{
    public static ApiRouter Router { get; } = new(
    [
        .. AccessApi.Methods(), .. UsersApi.Methods(), .. ClusterApi.Methods(), .. OptionsApi.Methods(), .. ResourcesApi.Methods(), .. PoolsApi.Methods(), .. NodesApi.Methods(),
        .. StorageApi.Methods(), .. TasksApi.Methods(), .. QemuApi.Methods(), .. QemuConfigApi.Methods(), .. QemuPowerApi.Methods(),
        .. QemuCloneApi.Methods(), .. QemuDiskApi.Methods(), .. MigrateApi.Methods(), .. SnapshotApi.Methods(), .. AgentApi.Methods(), .. ConsoleApi.Methods(), .. HaManagerApi.Methods(),
    ]);
}
