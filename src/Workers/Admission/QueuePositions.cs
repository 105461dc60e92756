using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Admission;
using MultiPanel.Data;
using MultiPanel.Progress;
using MultiPanel.Sagas.Admission;
using MultiPanel.Workers.Estimates;

namespace MultiPanel.Workers.Admission;

/// <summary>Reports to jobs in line how many are before them and when they will be done.</summary>
public sealed class QueuePositions(PanelDatabase database, JobProgress progress, StepDurations durations)
{
    /// <summary>Up to here every move is reported; further back one by a tenth, so that a line of a thousand is not a thousand events a second.</summary>
    private const int Near = 10;

    private readonly Dictionary<Guid, Waiting> known = [];

    /// <returns>The line with estimates, in its order.</returns>
    public async Task<IReadOnlyList<SlotWaiter>> ReportPlacesAsync(int cluster, AdmissionReport report, CancellationToken cancellation)
    {
        await LearnAsync(cluster, report, cancellation);
        var waiters = new List<SlotWaiter>(report.Waiters.Count);
        var line = new WaitEstimate(report);
        foreach (var (wanted, place) in report.Waiters.Select(waiter => (waiter.Wanted, waiter.Position)))
        {
            var step = StepSlots.StepOf(wanted.Holder);
            var eta = known.TryGetValue(wanted.JobId, out var job) ? await EstimateAsync(cluster, job, step, wanted, line.Rounds(wanted, place)) : null;
            waiters.Add(new SlotWaiter(
                wanted.JobId, step, wanted.Class, wanted.Node, wanted.Storage, StepSlots.CompanyOf(wanted.Company), wanted.Priority, place, eta));
            if (job is not null && IsNews(job, place, eta))
            {
                (job.Reported, job.ReportedEta) = (place, eta);
                await progress.ReportAsync(
                    new JobRef(wanted.JobId, StepSlots.CompanyOf(wanted.Company), job.Attempt), new JobChange { QueuePosition = place, EtaSeconds = eta }, cancellation);
            }
        }

        return waiters;
    }

    private static bool IsNews(Waiting job, int place, double? eta) => place != job.Reported
        ? place <= Near || Math.Abs(place - job.Reported) * 10 >= place
        : eta is { } seconds && (job.ReportedEta is not { } reported || Math.Abs(seconds - reported) * 10 > reported);

    private async Task<double?> EstimateAsync(int cluster, Waiting job, string step, AdmissionGrant wanted, double rounds)
    {
        if (await durations.OfAsync(cluster, job.Kind, wanted.Node, step) is not { } takes)
        {
            return null;
        }

        var seconds = takes * rounds;
        foreach (var ahead in job.Steps.SkipWhile(name => name != step))
        {
            if (await durations.OfAsync(cluster, job.Kind, wanted.Node, ahead) is not { } more)
            {
                return null;
            }

            seconds += more;
        }

        return Math.Max(1, Math.Round(seconds));
    }

    private async Task LearnAsync(int cluster, AdmissionReport report, CancellationToken cancellation)
    {
        var inLine = report.Waiters.Select(waiter => waiter.Wanted.JobId).ToHashSet();
        foreach (var gone in known.Where(job => job.Value.Cluster == cluster && !inLine.Contains(job.Key)).Select(job => job.Key).ToList())
        {
            known.Remove(gone);
        }

        var unknown = inLine.Where(job => !known.ContainsKey(job)).ToList();
        if (unknown.Count == 0)
        {
            return;
        }

        await using var db = database.OpenAll();
        foreach (var job in await db.Jobs.AsNoTracking().Where(job => unknown.Contains(job.Id))
            .Select(job => new { job.Id, job.Kind, job.Attempt, job.Steps }).ToListAsync(cancellation))
        {
            known[job.Id] = new Waiting(cluster, job.Kind, job.Attempt, [.. job.Steps.Select(step => step.Name)]);
        }
    }

    private sealed class Waiting(int cluster, string kind, int attempt, IReadOnlyList<string> steps)
    {
        public int Cluster => cluster;

        public string Kind => kind;

        public int Attempt => attempt;

        public IReadOnlyList<string> Steps => steps;

        /// <summary>The place that was last reported of the job; 0: none.</summary>
        public int Reported { get; set; }

        /// <summary>Seconds; null: nothing was known then.</summary>
        public double? ReportedEta { get; set; }
    }
}
