using System.Globalization;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Tasks;

/// <summary>A task as its kind runs it, with a pen that moves through the time that the task will take.</summary>
internal sealed class TaskContext(Cluster cluster, TaskState task)
{
    public Cluster Cluster { get; } = cluster;

    public TaskState Task { get; } = task;

    /// <summary>Where the plan has got to.</summary>
    public DateTimeOffset At { get; private set; } = cluster.Now;

    public int VmId => int.Parse(Task.Args["vmid"], CultureInfo.InvariantCulture);

    public VmState Vm => Cluster.Vm(Task.Node, VmId);

    public string? Arg(string name) => Task.Args.GetValueOrDefault(name);

    public bool Flag(string name) => Arg(name) == "1";

    public void Log(string text) => Task.Log.Add(new LogEntry(At, text));

    /// <summary>Lets unscaled time pass.</summary>
    public void Take(TimeSpan duration) => At += Cluster.Scaled(duration);

    public void Take(double seconds) => At += Cluster.Scaled(seconds);

    public void WaitUntil(DateTimeOffset time)
    {
        if (time > At)
        {
            At = time;
        }
    }

    /// <summary>Copies a disk of that many bytes, of which some are data, with lines like <c>transferred 1.1 GiB of 2.2 GiB (50.00%)</c>.</summary>
    public void Copy(long bytes, long data, double bytesPerSecond, double stopsAt = 1)
    {
        var until = At + Cluster.Scaled(bytes * stopsAt / bytesPerSecond);
        Task.Log.Add(new LogEntry(At, "", bytes, data, until, stopsAt));
        At = until;
    }

    /// <summary>"VM is locked (backup)", unless the caller may skip locks and does.</summary>
    public void CheckLock(VmState vm)
    {
        if (vm.Lock is { } held && !Flag("skiplock"))
        {
            throw new PveException($"VM is locked ({held})");
        }
    }
}
