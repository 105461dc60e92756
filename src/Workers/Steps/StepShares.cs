using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Workers.Steps;

/// <summary>
/// How much of a job's 0 to 100 percent each step is: roughly the share of the time it takes. Only the display depends on it.
/// </summary>
public static class StepShares
{
    private static readonly Dictionary<string, double> Weights = new()
    {
        [CloneVmSteps.Clone] = 14,
        [CloneVmSteps.Agent] = 3,
        [VmOperationSteps.Task] = 8,
    };

    /// <summary>Where in the job the step begins and ends, in percent.</summary>
    public static (double From, double To) Of(Job job, string step)
    {
        var total = job.Steps.Sum(Weight);
        var place = job.Steps.FindIndex(s => s.Name == step);
        var before = job.Steps.Take(place).Sum(Weight);
        return (Math.Round(100 * before / total, 1), Math.Round(100 * (before + Weight(job.Steps[place])) / total, 1));
    }

    private static double Weight(JobStep step) => Weights.GetValueOrDefault(step.Name, 1);
}
