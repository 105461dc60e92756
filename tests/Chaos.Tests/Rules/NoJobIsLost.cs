namespace MultiPanel.Chaos.Tests.Rules;

/// <summary>What was answered with 202 is there, and nothing is there that was not.</summary>
public sealed class NoJobIsLost : Rule
{
    public override IEnumerable<string> Broken(Evidence evidence) => evidence.Accepted
        .Where(job => evidence.Records.All(record => record.Row.Id != job.Key)).Select(job => $"job {job.Key} ({job.Value}) was accepted and is gone")
        .Concat(evidence.Records.Where(record => !evidence.Accepted.ContainsKey(record.Row.Id)).Select(record => $"{record} is there twice: nobody was told of it"));
}
