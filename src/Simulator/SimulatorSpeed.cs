namespace MultiPanel.Simulator;

/// <summary>How long things take, before <see cref="SimulatorOptions.TimeScale"/> divides it.</summary>
public sealed record SimulatorSpeed
{
    /// <summary>Speed of copying a disk (its virtual size counts), in bytes a second. A call's <c>bwlimit</c> lowers it.</summary>
    public double CloneBytesPerSecond { get; init; } = 200e6;

    /// <summary>What a linked clone, a template conversion, a snapshot takes.</summary>
    public TimeSpan LinkedClone { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>From the start task's beginning to a running VM.</summary>
    public TimeSpan Start { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Stop, suspend, resume, snapshot, configuration and deletion tasks.</summary>
    public TimeSpan ShortTask { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>What a guest needs to shut down when asked to.</summary>
    public TimeSpan GuestShutdown { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Live migration of a VM without local disks.</summary>
    public TimeSpan Migration { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Shortest time from a running VM to an answering guest agent.</summary>
    public TimeSpan AgentUpMin { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Longest time from a running VM to an answering guest agent; the VMID decides where in between.</summary>
    public TimeSpan AgentUpMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a VM whose start from disk has ended still reads as paused. Seen on 9.2.11: seconds on a busy host.</summary>
    public TimeSpan RunsOn { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Cycle of pvestatd, after which /cluster/resources knows what changed (10 s in Proxmox).</summary>
    public TimeSpan StatusCycle { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one allocation holds its storage's lock.</summary>
    public TimeSpan Allocation { get; init; } = TimeSpan.FromMilliseconds(50);
}
