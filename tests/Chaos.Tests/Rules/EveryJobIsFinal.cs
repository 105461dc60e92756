namespace MultiPanel.Chaos.Tests.Rules;

public sealed class EveryJobIsFinal : Rule
{
    public override IEnumerable<string> Broken(Evidence evidence) =>
        evidence.Records.Where(job => !job.Row.IsFinal).Select(job => $"{job} is not");
}
