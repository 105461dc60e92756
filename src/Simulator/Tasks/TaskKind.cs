namespace MultiPanel.Simulator.Tasks;

/// <summary>What a type of task does. Everything it needs to know stands in the task, so that it can go on after a restart.</summary>
internal abstract class TaskKind
{
    /// <summary>Proxmox's worker type, e.g. <c>qmclone</c>.</summary>
    public abstract string Type { get; }

    /// <summary>How long it waits for its locks.</summary>
    public virtual TimeSpan LockTimeout => TimeSpan.FromSeconds(10);

    /// <summary>Has its locks: plans log, duration and outcome. A thrown PveException is the task's error.</summary>
    public abstract void Begin(TaskContext task);

    /// <summary>The planned time has passed and the outcome is OK.</summary>
    public virtual void Succeeded(TaskContext task)
    {
    }

    /// <summary>Failed or was stopped: removes what it made.</summary>
    public virtual void Failed(TaskContext task)
    {
    }

    /// <summary>Exit status of a task that was stopped on request.</summary>
    public virtual string StoppedStatus(TaskContext task) => "received interrupt";
}
