using System.Globalization;
using System.Text.RegularExpressions;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data.Jobs;
using MultiPanel.Simulator;

namespace MultiPanel.Chaos.Tests.Rules;

/// <summary>A job's row beside the cluster that it was for.</summary>
/// <param name="Vmid">Of the VM that it is about; null: none was reserved.</param>
public sealed partial record JobRecord(Job Row, SimulatedCluster Cluster, int? Vmid)
{
    public bool IsClone => Row.Workflow == JobMessages.Queue(typeof(CloneVm));

    public bool Succeeded => Row.Status == JobStatus.Succeeded;

    /// <summary>The operation's own step; a clone's is the cloning.</summary>
    public JobStep Step => Row.Steps.First(step => step.Name is VmOperationSteps.Task or CloneVmSteps.Clone);

    /// <summary>The tasks of that type that Proxmox ended well on the job's VM.</summary>
    public IEnumerable<SimulatedTask> Done(params string[] types) =>
        Cluster.Tasks.Where(task => types.Contains(task.Type) && task.Id == $"{Vmid}" && EndedWell(task));

    public static bool EndedWell(SimulatedTask task) => task.ExitStatus is { } exit && (exit == "OK" || exit.StartsWith("WARNINGS", StringComparison.Ordinal));

    /// <summary>A clone's UPID names its source; what it makes stands in its log, first or after the wait for a lock.</summary>
    public static bool Makes(SimulatedTask task, int? vmid) =>
        task.Type == "qmclone" && task.Log.Any(line => line.EndsWith($" with ID {vmid}", StringComparison.Ordinal));

    /// <summary>What the reserve step said; the row of a VM that was deleted is gone.</summary>
    public static int? ReservedVmid(Job job) =>
        job.Steps.Find(step => step.Name == CloneVmSteps.Reserve)?.Message is { } text && Reservation().Match(text) is { Success: true } match
            ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : null;

    public override string ToString() => $"job {Row.Id} ({Row.Kind} of VMID {Vmid} in {Cluster.Name}, {Row.Status})";

    public string Describe() => $"""
        {this} target {Row.TargetId}, attempt {Row.Attempt}, revision {Row.Revision}, claim {Row.ClaimedBy}, slot {Row.Slot}
          accepted {Row.CreatedAt:HH:mm:ss.fff}, started {Row.StartedAt:HH:mm:ss.fff}, finished {Row.FinishedAt:HH:mm:ss.fff}; {Row.Command}
        {string.Join('\n', Row.Steps.Select(step => $"  {step.Name}: {step.Status} {step.StartedAt:HH:mm:ss.fff}-{step.FinishedAt:HH:mm:ss.fff} {step.Upid} ({step.Tasks} tasks, {step.Worker}) {step.Message}"))}
          {Row.Error?.Code} {Row.Error?.Message} {Row.Error?.Detail} {string.Join("; ", Row.Error?.Undone ?? [])}
        {string.Join('\n', Cluster.Tasks.Where(task => task.Id == $"{Vmid}" || Makes(task, Vmid))
            .Select(task => $"    {task.StartedAt:HH:mm:ss.fff}-{task.EndedAt:HH:mm:ss.fff} {task.Upid} {task.ExitStatus}"))}
        """;

    [GeneratedRegex(@"VMID (\d+)")]
    private static partial Regex Reservation();
}
