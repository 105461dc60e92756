using MultiPanel.Chaos.Tests.Troubles;
using MultiPanel.Contracts.VmOperations;

namespace MultiPanel.Chaos.Tests.Plan;

/// <summary>What will be commanded and what will go wrong: it follows from the seed alone.</summary>
public sealed record ChaosPlan(int Seed, IReadOnlyList<Lane> Lanes, IReadOnlyList<Round> Rounds, IReadOnlyList<Blow> Blows)
{
    public const int Workers = 3;

    private const int LaneLength = 6;

    private static readonly VmAction[] RoundActions = [VmAction.Start, VmAction.Stop, VmAction.Reset];

    public int Jobs => Lanes.Sum(lane => lane.Orders.Count);

    public static ChaosPlan Make(int seed, int jobs)
    {
        var random = new Random(seed);
        var lanes = new List<Lane>();
        for (var left = jobs; left > 0; left -= LaneLength)
        {
            lanes.Add(LaneMaker.Make(random, lanes.Count, Math.Min(left, LaneLength)));
        }

        var rounds = LaneMaker.Companies.Select(company => new Round(
            random.Next(jobs / 2, jobs * 3 / 2), company, RoundActions[random.Next(RoundActions.Length)], random.Next(2, 6)));
        return new ChaosPlan(seed, lanes, [.. rounds], [.. Scatter(random, jobs).OrderBy(blow => blow.At)]);
    }

    public override string ToString() => string.Join(
        '\n',
        Lanes.Select(lane => $"{lane.Company} {lane.Number} in cluster {lane.Cluster}: {string.Join(", ", lane.Orders)}").Concat(Rounds.Select(round => $"{round}")).Concat(Blows.Select(blow => $"{blow}")));

    /// <summary>Each trouble once at least; so close that some of them overlap.</summary>
    private static IEnumerable<Blow> Scatter(Random random, int jobs)
    {
        List<ITrouble> troubles =
        [
            .. Enumerable.Range(0, Workers).Select(worker => new KillWorker(worker)),
            new KillApi(),
            new KillApi(),
            new TerminateWorker(random.Next(Workers)),
            new FlushRedis(),
            new DeleteQueues(),
            new RestartDatabase(Kill: random.Next(2) == 0),
            .. Enum.GetValues<LostAnswer>().Select(call => new LoseAnswers(random.Next(2), call, Times: random.Next(1, 4))),
            new Fail595(0, Times: random.Next(4, 12)),
            new Fail595(1, Times: random.Next(4, 12)),
            new HoldStorage(random.Next(2)),
            new HoldTemplate(random.Next(2)),
            new DuplicateMessages(),
            new DuplicateMessages(),
            new DelayMessages(random.Next()),
            new DelayMessages(random.Next()),
        ];
        // From the first jobs' start to where the last are handed in; each job makes two steps.
        var (from, to) = (jobs / 20, jobs * 17 / 10);
        return troubles.Select(trouble => new Blow(random.Next(from, to), random.Next(jobs / 20, jobs / 5), trouble));
    }
}
