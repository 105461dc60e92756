using System.Collections.Concurrent;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Hosting.Jobs;

/// <summary>
/// How many commands of a company for one cluster go to the broker at once, apart from those that a person waits for at a
/// screen. Queues there are first come, first served: a thousand commands of one company sent at once would stand before the
/// next one of every other company. The allowance is of this process: with N replicas of the API a company has N times as many
/// commands on their way.
/// </summary>
public sealed class SendAllowance(TimeProvider clock)
{
    /// <summary>Less than a worker host handles at once: another company's command finds a free consumer.</summary>
    public const int Burst = 12;

    private const double ASecond = 24;

    private readonly ConcurrentDictionary<(int? Company, int? Cluster, bool Interactive), Bucket> buckets = new();

    /// <returns>False: it had its share; what is not sent now the workers send when its others have begun.</returns>
    public bool TryTake(Job job)
    {
        var bucket = buckets.GetOrAdd((job.CompanyId, job.ClusterId, job.Priority == JobPriority.Interactive), _ => new Bucket(clock.GetTimestamp()));
        lock (bucket)
        {
            // Not the time of day, which may be set back.
            var now = clock.GetTimestamp();
            bucket.Left = Math.Min(Burst, bucket.Left + (clock.GetElapsedTime(bucket.At, now).TotalSeconds * ASecond));
            bucket.At = now;
            if (bucket.Left < 1)
            {
                return false;
            }

            bucket.Left--;
            return true;
        }
    }

    private sealed class Bucket(long at)
    {
        public long At { get; set; } = at;

        public double Left { get; set; } = Burst;
    }
}
