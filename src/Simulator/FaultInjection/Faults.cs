using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;
using MultiPanel.Simulator.Tasks;

namespace MultiPanel.Simulator.FaultInjection;

/// <summary>What goes wrong in a cluster. The control endpoint offers the same over HTTP.</summary>
public sealed partial class Faults
{
    private readonly Cluster _cluster;
    private readonly FaultRuleSet _rules = new();
    private readonly Dictionary<string, NodeOutage> _offline = [];
    private readonly HashSet<string> _hanging = [];
    private readonly HashSet<string> _full = [];
    private readonly HashSet<int> _agentsDown = [];
    private readonly List<LockRequest> _held = [];

    internal Faults(Cluster cluster) => _cluster = cluster;

    internal bool Quorate { get; private set; } = true;

    /// <summary>Opens or closes a node's port.</summary>
    internal Func<string, bool, Task> NodePort { get; set; } = static (_, _) => Task.CompletedTask;

    /// <summary>Delays matching calls by that much (unscaled), until <see cref="Clear"/> or for a number of them.</summary>
    /// <param name="latency">Added before the call is looked at.</param>
    /// <param name="path">API path with <c>*</c> for anything, e.g. <c>/nodes/*/qemu/*/clone</c>; every call where null.</param>
    /// <param name="node">Only calls that this node is asked.</param>
    /// <param name="method">Only this HTTP method.</param>
    /// <param name="times">How many calls; all where null.</param>
    public void Slow(TimeSpan latency, string? path = null, string? node = null, string? method = null, int? times = null) =>
        _rules.Add(new FaultRule(method, path, node, times) { Latency = latency });

    /// <summary>Answers the next matching calls with that status and reason instead of acting. 401 and 595 to 599 have no body.</summary>
    public void Fail(int status, string reason, int? times = 1, string? path = null, string? node = null, string? method = null) =>
        _rules.Add(new FaultRule(method, path, node, times) { Status = status, Reason = reason });

    /// <summary>Acts on the next matching calls, then drops the connection instead of answering.</summary>
    public void LoseAnswers(int? times = 1, string? path = null, string? node = null, string? method = null) =>
        _rules.Add(new FaultRule(method, path, node, times) { LoseAnswer = true });

    /// <summary>Holds a VM's lock file: who needs it runs into "can't lock file … - got timeout".</summary>
    public void HoldVmLock(int vmId) => Hold(LockTable.OfVm(vmId));

    /// <summary>Lets a VM's lock file go.</summary>
    public void ReleaseVmLock(int vmId) => Release(LockTable.OfVm(vmId));

    /// <summary>Holds a storage's allocation lock.</summary>
    public void HoldStorageLock(string storage) => Hold(LockTable.OfStorage(storage));

    /// <summary>Lets a storage's allocation lock go.</summary>
    public void ReleaseStorageLock(string storage) => Release(LockTable.OfStorage(storage));

    /// <summary>Writes <c>lock: backup</c> (or another) into a VM's configuration; null removes it.</summary>
    public void SetConfigLock(int vmId, string? held) => Do(() =>
    {
        var config = _cluster.State.Vms[vmId].Config;
        if (held is null)
        {
            config.Remove("lock");
        }
        else
        {
            config["lock"] = held;
        }
    });

    /// <summary>Lets QEMU report a running VM as <c>prelaunch</c>, <c>io-error</c>, <c>internal-error</c> or the like, until it is resumed or started; null ends it.</summary>
    public void SetQmpStatus(int vmId, string? status) => Do(() => _cluster.State.Vms[vmId].OtherQmpStatus = status);

    /// <summary>Lets copies to a storage fail with "No space left on device".</summary>
    public void FillStorage(string storage, bool full = true) => Do(() => Set(_full, storage, full));

    /// <summary>Keeps a VM's guest agent from coming up, or lets it come up at the next start.</summary>
    public void KeepAgentDown(int vmId, bool down = true) => Do(() =>
    {
        Set(_agentsDown, vmId, down);
        if (down && _cluster.State.Vms.TryGetValue(vmId, out var vm))
        {
            vm.AgentUpAt = null;
        }
    });

    /// <summary>Closes a node's port; other nodes answer 595 for it. Its guests and tasks run on.</summary>
    public Task TakeNodeOfflineAsync(string node, NodeOutage outage = NodeOutage.NoRoute)
    {
        Do(() => _offline[node] = outage);
        return NodePort(node, false);
    }

    /// <summary>Switches a node off: its guests stop, its tasks end as "unexpected status".</summary>
    public Task CrashNodeAsync(string node)
    {
        Do(() =>
        {
            _offline[node] = NodeOutage.NoRoute;
            foreach (var task in _cluster.Tasks.Active.Where(task => task.Node == node).ToList())
            {
                _cluster.Tasks.Kill(task);
            }

            foreach (var vm in _cluster.State.Vms.Values.Where(vm => vm.Node == node))
            {
                Qemu.Guests.Quit(vm);
            }
        });
        return NodePort(node, false);
    }

    /// <summary>Opens a node's port again.</summary>
    public Task BringNodeOnlineAsync(string node)
    {
        Do(() => _offline.Remove(node));
        return NodePort(node, true);
    }

    /// <summary>Takes the cluster's quorum: what writes to /etc/pve fails.</summary>
    public void LoseQuorum() => Do(() => Quorate = false);

    /// <summary>Gives the quorum back.</summary>
    public void RestoreQuorum() => Do(() => Quorate = true);

    /// <summary>Lets a node's pvedaemon hang: changing calls act, but answer 596 after 30 s.</summary>
    public void Hang(string node, bool hangs = true) => Do(() => Set(_hanging, node, hangs));

    /// <summary>Kills a task's process: "unexpected status", nothing cleaned up, a clone's lock stays.</summary>
    public void KillTask(string upid) => Do(() =>
        _cluster.Tasks.Kill(_cluster.Tasks.Find(upid) ?? throw new ArgumentException($"no task {upid}", nameof(upid))));

    /// <summary>Ends all rules, locks, hangs, outages of quorum, full and inactive storages. Nodes stay as they are, and so does where a storage is.</summary>
    public void Clear()
    {
        _rules.Clear();
        Do(() =>
        {
            _hanging.Clear();
            _full.Clear();
            _agentsDown.Clear();
            ForgetPlaces();
            Quorate = true;
            _cluster.Locks.Release(_held, LockTable.Fault);
            _held.Clear();
            _cluster.Tasks.GrantWaiting();
        });
    }

    internal MatchedFault Match(string method, string path, string node) => _rules.Match(method, path, node);

    internal bool IsOffline(string node) => _offline.ContainsKey(node);

    internal bool IsFull(string storage) => _full.Contains(storage);

    internal bool Hangs(string node)
    {
        lock (_cluster.Gate)
        {
            return _hanging.Contains(node);
        }
    }

    internal bool AgentStaysDown(int vmId) => _agentsDown.Contains(vmId);

    /// <summary>How an unreachable node answers when another one proxies to it: at once when refused, else after ARP gave up.</summary>
    internal (string Reason, double After)? Unreachable(string node)
    {
        lock (_cluster.Gate)
        {
            return !_offline.TryGetValue(node, out var outage) ? null
                : outage == NodeOutage.ConnectionRefused ? ("Connection refused", 0) : ("No route to host", 3);
        }
    }

    private static void Set<T>(HashSet<T> set, T value, bool present)
    {
        if (present)
        {
            set.Add(value);
        }
        else
        {
            set.Remove(value);
        }
    }

    private void Hold(string name) => Do(() =>
    {
        var request = new LockRequest(name, Exclusive: true);
        _held.Add(request);
        _cluster.Locks.Take([request], LockTable.Fault);
    });

    private void Release(string name) => Do(() =>
    {
        _held.RemoveAll(request => request.Name == name);
        _cluster.Locks.Release([new LockRequest(name, Exclusive: true)], LockTable.Fault);
        _cluster.Tasks.GrantWaiting();
    });

    private void Do(Action change)
    {
        lock (_cluster.Gate)
        {
            _cluster.Advance();
            change();
            _cluster.Changed();
        }
    }
}
