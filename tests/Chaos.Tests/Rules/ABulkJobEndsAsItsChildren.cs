using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Chaos.Tests.Rules;

/// <summary>It succeeded if all of them did, and ended after the last of them.</summary>
public sealed class ABulkJobEndsAsItsChildren : Rule
{
    public override IEnumerable<string> Broken(Evidence evidence)
    {
        foreach (var parent in evidence.Rows.Where(row => row is { Kind: JobKinds.VmBulk, IsFinal: true }))
        {
            var children = evidence.Rows.Where(row => row.ParentId == parent.Id).ToList();
            if (children.Count == 0 || (parent.Status == JobStatus.Succeeded) != children.All(child => child.Status == JobStatus.Succeeded)
                || children.Any(child => child.FinishedAt > parent.FinishedAt))
            {
                yield return $"bulk job {parent.Id} is {parent.Status} with {string.Join(", ", children.Select(child => $"{child.Id} {child.Status}"))}";
            }
        }
    }
}
