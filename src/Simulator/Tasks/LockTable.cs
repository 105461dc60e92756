using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Tasks;

/// <summary>Lock files of all nodes: shared by readers or held by one, as flock does it.</summary>
internal sealed class LockTable
{
    /// <summary>Holder of locks that a fault keeps.</summary>
    public const string Fault = "fault";

    private readonly Dictionary<string, HashSet<string>> _shared = [];
    private readonly Dictionary<string, string> _exclusive = [];

    public static string OfVm(int vmId) => $"/var/lock/qemu-server/lock-{vmId}.conf";

    public static string OfStorage(string storage) => $"/var/lock/pve-manager/pve-storage-{storage}";

    public bool IsFree(LockRequest request) =>
        !_exclusive.ContainsKey(request.Name) && (!request.Exclusive || !_shared.TryGetValue(request.Name, out var readers) || readers.Count == 0);

    public LockRequest? FirstHeld(IEnumerable<LockRequest> requests) => requests.FirstOrDefault(request => !IsFree(request));

    public bool IsHeld(string name) => !IsFree(new LockRequest(name, Exclusive: true));

    public void Take(IEnumerable<LockRequest> requests, string holder)
    {
        foreach (var request in requests)
        {
            if (request.Exclusive)
            {
                _exclusive[request.Name] = holder;
            }
            else if (_shared.TryGetValue(request.Name, out var readers))
            {
                readers.Add(holder);
            }
            else
            {
                _shared[request.Name] = [holder];
            }
        }
    }

    public void Release(IEnumerable<LockRequest> requests, string holder)
    {
        foreach (var request in requests)
        {
            if (_exclusive.GetValueOrDefault(request.Name) == holder)
            {
                _exclusive.Remove(request.Name);
            }

            if (_shared.TryGetValue(request.Name, out var readers) && readers.Remove(holder) && readers.Count == 0)
            {
                _shared.Remove(request.Name);
            }
        }
    }
}
