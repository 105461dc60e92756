namespace MultiPanel.Chaos.Tests.Rules;

/// <summary>What was answered with 202 is there, and nothing is there that was not.</summary>
public sealed class NoJobIsLost : Rule
{
    public override IEnumerable<string> Broken(Evidence evidence) => evidence.Accepted
        .Where(job => evidence.Rows.All(row => row.Id != job.Key)).Select(job => $"job {job.Key} ({job.Value}) was accepted and is gone")
        .Concat(evidence.Rows.Where(row => !evidence.Accepted.ContainsKey(row.ParentId ?? row.Id)).Select(row => $"job {row.Id} ({row.Kind} of VM {row.TargetId}) is there, and no client was told"));
}
