using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Tasks;

/// <summary>The tasks of a cluster: starts them, lets them end when their time has come, stops and kills them.</summary>
internal sealed class TaskQueue
{
    private const int KeptFinished = 5000;

    private readonly Cluster _cluster;
    private readonly Dictionary<string, TaskState> _byUpid = [];
    private readonly PriorityQueue<TaskState, DateTimeOffset> _due = new();
    private readonly List<TaskState> _waiting = [];
    private readonly List<TaskState> _active = [];
    private readonly Dictionary<(string Node, string Type), int> _running = [];
    private readonly Dictionary<(string Node, string Type), int> _mostRunning = [];

    public TaskQueue(Cluster cluster)
    {
        _cluster = cluster;
        foreach (var task in cluster.State.Tasks)
        {
            if (task is { IsRunning: true, NextDue: null })
            {
                // A console's task: its connection did not outlive the restart.
                task.EndedAt = cluster.Now;
                task.ExitStatus = "unexpected status";
            }

            Track(task);
            if (task.EndsAt is not null && task.IsRunning)
            {
                cluster.Locks.Take(task.Locks, task.Upid);
            }
        }
    }

    public IReadOnlyList<TaskState> All => _cluster.State.Tasks;

    public IReadOnlyList<TaskState> Active => _active;

    public TaskState? Find(string upid) => _byUpid.GetValueOrDefault(upid);

    public int Running(string node, string type) => _running.GetValueOrDefault((node, type));

    public int MostRunning(string node, string type) => _mostRunning.GetValueOrDefault((node, type));

    public TaskState Start(
        string node, string type, string id, string user, Dictionary<string, string>? args = null, params IEnumerable<LockRequest> locks)
    {
        if (type == "qmclone" && Running(node, type) >= _cluster.Options.MaxClonesPerNode)
        {
            throw new PveException("got no worker upid - start worker failed");
        }

        var owner = _cluster.Node(node)!;
        var pid = _cluster.NextPid(node);
        var pstart = (long)((_cluster.Now - owner.BootedAt).TotalSeconds * 100);
        var start = _cluster.Now.ToUnixTimeSeconds();
        var task = new TaskState
        {
            Upid = $"UPID:{node}:{pid:X8}:{pstart:X8}:{start:X8}:{type}:{id}:{user}:",
            Node = node,
            Type = type,
            Id = id,
            User = user,
            Pid = pid,
            PStart = pstart,
            StartedAt = _cluster.Now,
            Args = args ?? [],
            Locks = [.. locks],
        };
        _cluster.State.Tasks.Add(task);
        BeginOrWait(task);
        Track(task);
        _cluster.Changed();
        return task;
    }

    /// <summary>Lets all ends and timeouts until then happen, in their order.</summary>
    public void RunUntil(DateTimeOffset time)
    {
        while (_due.TryPeek(out var task, out var due) && due <= time)
        {
            _due.Dequeue();
            if (task.NextDue != due)
            {
                continue; // its plan has changed since
            }

            _cluster.At(due);
            if (task.GivesUpAt is not null)
            {
                var held = _cluster.Locks.FirstHeld(task.Locks);
                End(task, $"can't lock file '{held?.Name}' - got timeout");
            }
            else
            {
                End(task, task.Outcome);
            }
        }
    }

    /// <summary>Stops a running task as <c>DELETE …/tasks/{upid}</c> does: it cleans up.</summary>
    public void Stop(TaskState task)
    {
        if (task.IsRunning)
        {
            End(task, TaskKindTable.Of(task).StoppedStatus(new TaskContext(_cluster, task)));
        }
    }

    /// <summary>Kills a running task's process: nothing is cleaned up, "unexpected status" is all that is known.</summary>
    public void Kill(TaskState task)
    {
        if (task.IsRunning)
        {
            Finish(task, "unexpected status");
        }
    }

    /// <summary>A console was connected: its task runs until <see cref="Finish(string, string)"/>.</summary>
    public void Keep(string upid)
    {
        if (Find(upid) is { IsRunning: true } task)
        {
            task.EndsAt = null;
            task.Outcome = "OK";
        }
    }

    /// <summary>The console was closed, or could not be shown.</summary>
    public void Finish(string upid, string status)
    {
        if (Find(upid) is { IsRunning: true } task)
        {
            Finish(task, status);
        }
    }

    /// <summary>A lock was released: a task that waits for it may go on.</summary>
    public void GrantWaiting()
    {
        foreach (var task in _waiting.ToList())
        {
            if (_cluster.Locks.FirstHeld(task.Locks) is null)
            {
                _waiting.Remove(task);
                task.Log.Add(new LogEntry(_cluster.Now, " OK"));
                task.GivesUpAt = null;
                Begin(task);
                _due.Enqueue(task, task.EndsAt!.Value);
            }
        }
    }

    private void BeginOrWait(TaskState task)
    {
        if (_cluster.Locks.FirstHeld(task.Locks) is null)
        {
            Begin(task);
            return;
        }

        task.Log.Add(new LogEntry(_cluster.Now, "trying to acquire lock..."));
        task.GivesUpAt = _cluster.Now + _cluster.Scaled(TaskKindTable.Of(task).LockTimeout);
    }

    private void Begin(TaskState task)
    {
        _cluster.Locks.Take(task.Locks, task.Upid);
        var context = new TaskContext(_cluster, task);
        try
        {
            TaskKindTable.Of(task).Begin(context);
            if (_cluster.Faults.TakeWarnings(task.Type) is { Count: > 0 } warnings)
            {
                warnings.ToList().ForEach(warning => context.Log($"WARN: {warning}"));
                task.Outcome = $"WARNINGS: {warnings.Count}";
            }
        }
        catch (PveException error)
        {
            task.Outcome = error.Message;
            context.Take(0.03);
        }

        task.EndsAt = context.At;
    }

    private void End(TaskState task, string status)
    {
        var began = task.EndsAt is not null;
        var kind = TaskKindTable.Of(task);
        var context = new TaskContext(_cluster, task);
        if (status == "OK" || status.StartsWith("WARNINGS", StringComparison.Ordinal))
        {
            try
            {
                kind.Succeeded(context);
            }
            catch (PveException error)
            {
                status = error.Message; // the VM was deleted meanwhile
                kind.Failed(context);
            }
        }
        else
        {
            kind.Failed(context);
        }

        Finish(task, status, began);
    }

    private void Finish(TaskState task, string status, bool began = true)
    {
        task.ExitStatus = status;
        task.EndedAt = _cluster.Now;
        task.GivesUpAt = null;
        _waiting.Remove(task);
        _active.Remove(task);
        _running[(task.Node, task.Type)]--;
        if (began)
        {
            _cluster.Locks.Release(task.Locks, task.Upid);
        }

        Prune();
        _cluster.Changed();
        GrantWaiting();
    }

    private void Track(TaskState task)
    {
        _byUpid[task.Upid] = task;
        if (task.NextDue is not { } due)
        {
            return;
        }

        _due.Enqueue(task, due);
        _active.Add(task);
        if (task.GivesUpAt is not null)
        {
            _waiting.Add(task);
        }

        var key = (task.Node, task.Type);
        _running[key] = _running.GetValueOrDefault(key) + 1;
        _mostRunning[key] = Math.Max(_mostRunning.GetValueOrDefault(key), _running[key]);
    }

    private void Prune()
    {
        if (_cluster.State.Tasks.Count < KeptFinished * 2)
        {
            return;
        }

        foreach (var old in _cluster.State.Tasks.Where(task => !task.IsRunning).Take(KeptFinished).ToList())
        {
            _byUpid.Remove(old.Upid);
        }

        _cluster.State.Tasks.RemoveAll(task => !_byUpid.ContainsKey(task.Upid));
    }
}
