using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Workers.Steps;

/// <summary>What each result of a step changes in the job's row. Nothing is read or sent here, so an edit may be applied again to a fresh row.</summary>
public static class StepEdits
{
    private const string NotYetUndone = "Not yet undone";

    public static void Succeed(this Job row, Step step, StepStatus status, string? message, int warnings, DateTime now)
    {
        row.FreeSlot(step.Name);
        row.Begin(now);
        row.Warnings += warnings;
        row.Error = step.Undoes ? Undone(row, message) : row.Error;
        row.SetStep(step.Name, state => state with
        {
            Status = status,
            StartedAt = state.StartedAt ?? now,
            FinishedAt = now,
            Percent = status == StepStatus.Succeeded ? 100 : null,
            Message = message,
        });
        row.Percent = Math.Max(row.Percent, row.Share(step.Name).To);
    }

    public static void Fail(this Job row, Step step, StepOutcome.Failed failed, DateTime now)
    {
        var error = failed.Error;
        var shown = row.Status == JobStatus.Cancelling ? JobErrorTranslation.Cancelled with { Detail = error.Detail, TaskLog = error.TaskLog } : error;
        row.Error = step.Undoes ? Undone(row, failed) : row.Error ?? shown with { Step = step.Name };
        row.FreeSlot(step.Name);
        row.Cancellable = false; // from here on it only undoes, and ends
        row.SetStep(step.Name, state => step.Undoes && failed.Unreachable
            ? state with { Status = StepStatus.Waiting, Message = $"Undo goes on when Proxmox can be reached again: {error.Message}", TroubleSince = null }
            : state with { Status = StepStatus.Failed, FinishedAt = now, Message = shown.Message, Refused = failed.Refused });
    }

    /// <summary>It got no slot.</summary>
    /// <param name="first">Nothing was tried yet: the step, and the limits of waiting for Proxmox, begin when it has its slot.</param>
    public static void WaitInLine(this Job row, Step step, string node, string message, bool first, DateTime now)
    {
        row.FreeSlot(step.Name);
        row.Begin(now);
        row.Cancellable = step is { Cancellable: true, Undoes: false };
        row.SetStep(step.Name, state => state with
        {
            Status = StepStatus.Waiting,
            Node = node,
            Message = message,
            StartedAt = first ? null : state.StartedAt,
            InLineSince = state.InLineSince ?? now,
        });
    }

    /// <summary>Its task is watched from now on.</summary>
    public static void Watch(this Job row, Step step, StepOutcome.Watch watch, DateTime now)
    {
        var upid = watch.Upid.ToString();
        row.Begin(now);
        row.Cancellable &= step.CanBeStopped(row);
        row.SetStep(step.Name, state => state with
        {
            Status = StepStatus.Running,
            StartedAt = state.StartedAt ?? now,
            Upid = upid,
            Node = watch.Upid.Node,
            Tasks = state.Upid == upid ? state.Tasks : state.Tasks + 1,
            Percent = state.Upid == upid ? state.Percent : null,
            Message = watch.Message ?? (state.Upid == upid && state.Status == StepStatus.Running ? state.Message : null),
            TroubleSince = null,
        });
    }

    /// <summary>It is tried again later.</summary>
    public static void Defer(this Job row, Step step, StepOutcome.Later later, DateTime now)
    {
        row.Begin(now);
        if (!later.KeepsSlot)
        {
            row.FreeSlot(step.Name);
        }

        row.Cancellable = step is { Cancellable: true, Undoes: false } && (row.Slot is null || step.CanBeStopped(row));
        row.SetStep(step.Name, state => state with
        {
            Status = state.Status == StepStatus.Uncertain ? StepStatus.Uncertain : StepStatus.Waiting,
            StartedAt = later.NotBegun ? null : state.StartedAt ?? now,
            Message = later.Message,
            TroubleSince = later.Lost ? now : later.Trouble ? state.TroubleSince ?? now : null,
            Losses = later.Lost ? state.Losses + 1 : state.Losses,
        });
    }

    /// <summary>Its task ended without deciding it.</summary>
    public static void Repeat(this Job row, Step step, StepStatus status, string? message)
    {
        row.FreeSlot(step.Name);
        row.Cancellable |= status == StepStatus.Waiting && !step.Undoes; // nothing of it runs now
        row.SetStep(step.Name, state => state with { Status = status, Upid = null, Message = message });
    }

    /// <summary>An earlier step has not ended after all.</summary>
    public static void GoBack(this Job row, string step, string earlier, string message)
    {
        row.SetStep(step, state => new JobStep { Name = state.Name });
        row.SetStep(earlier, state => state with { Status = StepStatus.Waiting, FinishedAt = null, Percent = null, Message = message });
    }

    /// <summary>The final status is written with the last outcome: nothing that happens afterwards can lose it.</summary>
    /// <returns>True: it ended now.</returns>
    public static bool EndIfDone(this Job row, Step step, DateTime now)
    {
        var failed = row.Error is not null && (step.Undoes || !WorkflowCatalog.Of(row.Workflow).Undoes);
        if (row.IsFinal || !(failed || row.IsDone()))
        {
            return false;
        }

        row.End(now);
        return true;
    }

    private static void Begin(this Job row, DateTime now)
    {
        row.Status = row.Status == JobStatus.Queued ? JobStatus.Running : row.Status;
        row.StartedAt ??= now;
    }

    /// <summary>What an undoing step did, or could not do, stands beside the error that made it necessary; what was not yet undone is no longer so.</summary>
    private static JobError Undone(Job row, string? message)
    {
        var before = (row.Error?.Undone ?? []).Where(line => !line.StartsWith(NotYetUndone, StringComparison.Ordinal));
        return (row.Error ?? JobErrorTranslation.Cancelled) with { Undone = message is null ? [.. before] : [.. before, message] };
    }

    /// <summary>With Proxmox's own words: they are what an operator needs to finish the undo by hand.</summary>
    private static JobError Undone(Job row, StepOutcome.Failed failed) => failed.Unreachable
        ? Undone(row, $"{NotYetUndone}, it goes on when Proxmox can be reached again: {failed.Error.Message}")
        : Undone(row, failed.Error.Detail is { } detail ? $"{failed.Error.Message} ({detail})" : failed.Error.Message);
}
