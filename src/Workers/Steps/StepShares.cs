using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Workers.Steps;

/// <summary>
/// How much of a job's 0 to 100 percent each step is: the workflow's description says how the steps relate. Only the display
/// depends on it.
/// </summary>
public static class StepShares
{
    /// <summary>Where in the job the step begins and ends, in percent.</summary>
    public static (double From, double To) Of(Job job, string step)
    {
        var weights = job.FindWorkflow()?.Steps.ToDictionary(planned => planned.Name, planned => planned.Weight) ?? [];
        double Weight(JobStep of) => weights.GetValueOrDefault(of.Name, 1); // an undo step is not planned
        var total = job.Steps.Sum(Weight);
        var place = job.Steps.FindIndex(s => s.Name == step);
        var before = job.Steps.Take(place).Sum(Weight);
        return (Math.Round(100 * before / total, 1), Math.Round(100 * (before + Weight(job.Steps[place])) / total, 1));
    }
}
