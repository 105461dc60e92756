namespace MultiPanel.Chaos.Tests.Rules;

/// <summary>No slot, no place in line, no saga, no watched task, no claim of a job that is over.</summary>
public sealed class NothingIsHeld : Rule
{
    public override IEnumerable<string> Broken(Evidence evidence) => evidence.Leftovers
        .Concat(evidence.Records.Where(job => job.Row.IsFinal && (job.Row.ClaimedBy is not null || job.Row.Slot is not null))
            .Select(job => $"{job} has claim {job.Row.ClaimedBy}, slot {job.Row.Slot}"));
}
