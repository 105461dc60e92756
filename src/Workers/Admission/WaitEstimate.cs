using MultiPanel.Contracts.Admission;
using MultiPanel.Sagas.Admission;

namespace MultiPanel.Workers.Admission;

/// <summary>
/// How often all slots that a waiter could have must become free before its turn comes. Lines share their node, their storage
/// and the cluster with others; the tightest of the three decides.
/// </summary>
internal sealed class WaitEstimate
{
    private readonly AdmissionLimits limits;
    private readonly Dictionary<(string Class, string Node), int> slowed;
    private readonly Dictionary<string, int[]> places;

    public WaitEstimate(AdmissionReport report)
    {
        limits = report.Limits;
        slowed = report.Slowed.ToDictionary(node => (node.Class, node.Node), node => node.Limit);
        places = report.Waiters
            .SelectMany(waiter => Shared(waiter.Wanted).Select(part => (part.Name, waiter.Position)))
            .GroupBy(part => part.Name, part => part.Position)
            .ToDictionary(part => part.Key, part => part.Order().ToArray());
    }

    /// <param name="place">In its own line, from 1.</param>
    public double Rounds(AdmissionGrant wanted, int place) =>
        Shared(wanted).Max(part => (double)Math.Max(place, UpTo(places.GetValueOrDefault(part.Name) ?? [], place)) / part.Limit);

    private IEnumerable<(string Name, int Limit)> Shared(AdmissionGrant wanted)
    {
        var limit = limits.For(wanted.Class);
        yield return ($"{wanted.Class} node {wanted.Node}", slowed.GetValueOrDefault((wanted.Class, wanted.Node), limit.PerNode));
        yield return ($"{wanted.Class} cluster", limit.PerCluster);
        if (wanted.Storage is { } storage)
        {
            yield return ($"{wanted.Class} storage {storage}", limit.PerStorage);
        }
    }

    /// <summary>Lines are served in turns, so a job with a smaller place in another line is before.</summary>
    private static int UpTo(int[] sorted, int place)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = sorted[middle] <= place ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
