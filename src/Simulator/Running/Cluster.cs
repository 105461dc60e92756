using MultiPanel.Simulator.Access;
using MultiPanel.Simulator.FaultInjection;
using MultiPanel.Simulator.Qemu;
using MultiPanel.Simulator.State;
using MultiPanel.Simulator.Tasks;

namespace MultiPanel.Simulator.Running;

/// <summary>
/// A cluster at work. Everything happens under <see cref="Gate"/>, after <see cref="Advance"/> has let the past happen:
/// ends of tasks, lock timeouts and pvestatd's broadcasts come to pass in their order, with no timer for any of them.
/// </summary>
internal sealed class Cluster
{
    private DateTimeOffset _lastBroadcast;

    public Cluster(ClusterState state, SimulatorOptions options)
    {
        State = state;
        Options = options;
        Now = options.Clock.GetUtcNow();
        Locks = new LockTable();
        Tasks = new TaskQueue(this);
        Faults = new Faults(this);
        Tickets = new Tickets(this);
        Permissions = new Permissions(this);
        Quitting.AddRange(state.Vms.Values.Where(vm => vm.QuitsAt is not null));
        Waking.AddRange(state.Vms.Values.Where(vm => vm.RunsAt is not null));
    }

    public Lock Gate { get; } = new();

    public ClusterState State { get; }

    public SimulatorOptions Options { get; }

    /// <summary>Time of the current event.</summary>
    public DateTimeOffset Now { get; private set; }

    public LockTable Locks { get; }

    public TaskQueue Tasks { get; }

    public Faults Faults { get; }

    public Tickets Tickets { get; }

    public Permissions Permissions { get; }

    /// <summary>VMs whose process is about to be gone.</summary>
    public List<VmState> Quitting { get; } = [];

    /// <summary>VMs whose memory is back from disk and which are about to run on.</summary>
    public List<VmState> Waking { get; } = [];

    public CallCounts Calls { get; } = new();

    /// <summary>SHA-256 of the certificate, AA:BB:...</summary>
    public string Fingerprint { get; set; } = "";

    public string CertificatePem { get; set; } = "";

    public ConsolePorts Consoles { get; } = new();

    public SimulatorSpeed Speed => Options.Speed;

    /// <summary>Counts changes, for the state file.</summary>
    public long Version { get; private set; }

    /// <summary>Completes when what has changed until now would survive a restart; at once where nothing is kept.</summary>
    public Func<Task> Saved { get; set; } = static () => Task.CompletedTask;

    public TimeSpan Scaled(TimeSpan duration) => duration / Options.TimeScale;

    public TimeSpan Scaled(double seconds) => TimeSpan.FromSeconds(seconds) / Options.TimeScale;

    public void Changed() => Version++;

    /// <summary>Lets happen what was due until now.</summary>
    public void Advance()
    {
        var target = Options.Clock.GetUtcNow();
        var cycle = Math.Max(1, Scaled(Speed.StatusCycle).Ticks);
        var broadcast = new DateTimeOffset(target.Ticks / cycle * cycle, TimeSpan.Zero);
        if (broadcast > _lastBroadcast)
        {
            RunUntil(broadcast);
            StatusDaemon.Broadcast(this);
            _lastBroadcast = broadcast;
        }

        RunUntil(target);
    }

    /// <summary>Moves the time of the current event; it never goes back.</summary>
    public void At(DateTimeOffset time)
    {
        if (time > Now)
        {
            Now = time;
        }
    }

    public NodeState? Node(string name) => State.Nodes.Find(node => node.Name == name);

    public StorageState Storage(string name) =>
        State.Storages.Find(storage => storage.Name == name) ?? throw new PveException($"storage '{name}' does not exist");

    public VmState Vm(string node, int vmId) =>
        State.Vms.TryGetValue(vmId, out var vm) && vm.Node == node
            ? vm
            : throw new PveException($"Configuration file 'nodes/{node}/qemu-server/{vmId}.conf' does not exist");

    public bool IsOnline(string node) => !Faults.IsOffline(node);

    public void RequireQuorum()
    {
        if (!Faults.Quorate)
        {
            throw new PveException("cluster not ready - no quorum?");
        }
    }

    public int NextPid(string node) => Node(node)!.LastPid += Random.Shared.Next(1, 30);

    private void RunUntil(DateTimeOffset time)
    {
        Tasks.RunUntil(time);
        At(time);
        foreach (var vm in Quitting.Where(vm => vm.QuitsAt is null || vm.QuitsAt <= time).ToList())
        {
            Quitting.Remove(vm);
            if (vm.QuitsAt is not null)
            {
                Guests.Quit(vm);
            }
        }

        foreach (var vm in Waking.Where(vm => vm.RunsAt is null || vm.RunsAt <= time).ToList())
        {
            Waking.Remove(vm);
            if (vm.RunsAt is not null)
            {
                vm.RunsAt = null;
                vm.Power = PowerState.Running;
            }
        }
    }
}
