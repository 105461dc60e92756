using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Jobs;
using MultiPanel.Progress;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Sagas.Admission;
using MultiPanel.Workers.WatchedTasks;

namespace MultiPanel.Workers.Steps;

/// <summary>A job that is worked on: its row, its VM's row, and what is to be written with the next write.</summary>
public sealed class JobWork(Job job, Vm? vm, bool sharesTarget)
{
    private readonly List<(string Step, Action<Job> Edit)> pending = [];

    /// <summary>As last read or written.</summary>
    public Job Job { get; private set; } = job;

    /// <summary>The VM that the job is about; null: it is about none, or its row is gone.</summary>
    public Vm? Vm { get; set; } = vm;

    /// <summary>Rows of other VMs that this try has read, by id; null: there is none.</summary>
    public Dictionary<int, Vm?> OtherVms { get; } = [];

    /// <summary>Other open jobs were about the same target when the job was read.</summary>
    public bool SharesTarget { get; } = sharesTarget;

    /// <summary>What this try of a step has seen of the VM.</summary>
    public VmSight? Seen { get; set; }

    /// <summary>The try's claim; null: none has been written yet.</summary>
    public string? Claim { get; set; }

    /// <summary>The watched task whose end is being recorded; null: none.</summary>
    public WatchedTask? EndedTask { get; init; }

    /// <summary>The slot in which that task went well: a lowered limit rises there by one; null: it did not, or had none.</summary>
    public AdmissionRequest? WentWell { get; set; }

    /// <summary>The job ended, and only its undo goes on.</summary>
    public bool HasEnded => Job.IsFinal;

    public JobRef Ref => Job.Ref();

    /// <summary>The steps that the last write changed, as they are now; one that was not planned may be among them.</summary>
    public IReadOnlyList<JobStep> ChangedSteps { get; private set; } = [];

    /// <summary>Remembers an edit of the row for the next write: a step that ended at once needs no write of its own.</summary>
    public void Postpone(string step, Action<Job> edit) => pending.Add((step, edit));

    /// <summary>Applies what was postponed.</summary>
    public void ApplyPending(Job row) => pending.ForEach(edit => edit.Edit(row));

    /// <summary>It was written, with a change of that step.</summary>
    public void Written(Job row, string step)
    {
        Job = row;
        var changed = pending.Select(edit => edit.Step).Append(step).ToHashSet();
        ChangedSteps = [.. row.Steps.Where(state => changed.Contains(state.Name))];
        pending.Clear();
    }
}
