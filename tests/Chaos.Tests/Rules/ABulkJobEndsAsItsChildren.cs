using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Chaos.Tests.Rules;

/// <summary>It succeeded if any of them did, with a warning for each that did not, and ended after the last of them.</summary>
public sealed class ABulkJobEndsAsItsChildren : Rule
{
    public override IEnumerable<string> Broken(Evidence evidence)
    {
        foreach (var parent in evidence.Rows.Where(row => row is { Kind: "vm.bulk", IsFinal: true }))
        {
            var children = evidence.Rows.Where(row => row.ParentId == parent.Id).ToList();
            var succeeded = children.Count(child => child.Status == JobStatus.Succeeded);
            if (children.Count == 0 || parent.Status == JobStatus.Succeeded != succeeded > 0
                || (succeeded > 0 && parent.Warnings != children.Count - succeeded)
                || children.Any(child => child.FinishedAt > parent.FinishedAt))
            {
                yield return $"bulk job {parent.Id} is {parent.Status} with {parent.Warnings} warnings and {string.Join(", ", children.Select(child => $"{child.Id} {child.Status}"))}";
            }
        }
    }
}
