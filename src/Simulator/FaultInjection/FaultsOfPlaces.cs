namespace MultiPanel.Simulator.FaultInjection;

/// <summary>Storages that are not everywhere, nodes in maintenance, volumes that show late.</summary>
public sealed partial class Faults
{
    private readonly HashSet<(string Storage, string Node)> _inactive = [];
    private readonly HashSet<string> _maintained = [];
    private readonly Dictionary<int, int> _late = [];
    private readonly Dictionary<string, string[]> _warnings = [];

    /// <summary>Limits a storage to those nodes (<c>nodes</c> in storage.cfg); none given: it is on all again.</summary>
    public void LimitStorage(string storage, params string[] nodes) =>
        Do(() => _cluster.Storage(storage).Nodes = nodes.Length == 0 ? null : [.. nodes]);

    /// <summary>A storage that is not mounted on a node, or is again.</summary>
    public void DeactivateStorage(string storage, string node, bool inactive = true) => Do(() => Set(_inactive, (storage, node), inactive));

    /// <summary>Puts a node into HA maintenance, or takes it out.</summary>
    public void Maintain(string node, bool maintained = true) => Do(() => Set(_maintained, node, maintained));

    /// <summary>So many tasks on that VM end as if its node did not see its volumes yet, as with a directory that NFS has cached.</summary>
    public void ShowVolumesLate(int vmId, int tasks) => Do(() => _late[vmId] = tasks);

    /// <summary>
    /// The next task of that type ends well, with warnings: it logs each as <c>WARN: …</c>, and its exit status is <c>WARNINGS: n</c>
    /// (PVE::RESTEnvironment).
    /// </summary>
    public void Warn(string type, params string[] warnings) => Do(() => _warnings[type] = warnings);

    internal IReadOnlyList<string> TakeWarnings(string type) => _warnings.Remove(type, out var warnings) ? warnings : [];

    private void ForgetPlaces()
    {
        _inactive.Clear();
        _maintained.Clear();
        _late.Clear();
        _warnings.Clear();
    }

    internal bool IsActive(string storage, string node) => !_inactive.Contains((storage, node));

    internal bool IsMaintained(string node) => _maintained.Contains(node);

    internal bool TakeLate(int vmId)
    {
        if (_late.GetValueOrDefault(vmId) is not (> 0 and var left))
        {
            return false;
        }

        _late[vmId] = left - 1;
        return true;
    }
}
