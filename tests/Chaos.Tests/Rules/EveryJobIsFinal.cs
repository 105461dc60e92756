namespace MultiPanel.Chaos.Tests.Rules;

public sealed class EveryJobIsFinal : Rule
{
    public override IEnumerable<string> Broken(Evidence evidence) =>
        evidence.Rows.Where(job => !job.IsFinal).Select(job => $"job {job.Id} ({job.Kind} of VM {job.TargetId}) is {job.Status}");
}
