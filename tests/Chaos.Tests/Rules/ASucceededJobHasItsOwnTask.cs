namespace MultiPanel.Chaos.Tests.Rules;

/// <summary>The task that a succeeded job names ended well, and no other job names it.</summary>
public sealed class ASucceededJobHasItsOwnTask : Rule
{
    public override IEnumerable<string> Broken(Evidence evidence)
    {
        var named = evidence.Records.Where(job => job.Succeeded)
            .SelectMany(job => job.Row.Steps.Where(step => step.Upid is not null).Select(step => (Job: job, Step: step))).ToList();
        foreach (var (job, step) in named)
        {
            var task = job.Cluster.Tasks.FirstOrDefault(task => task.Upid == step.Upid);
            if (task is null || !JobRecord.EndedWell(task))
            {
                yield return $"{job}: its {step.Name} names {step.Upid}, which ended '{task?.ExitStatus}'";
            }
        }

        foreach (var shared in named.GroupBy(one => one.Step.Upid).Where(jobs => jobs.Count() > 1))
        {
            yield return $"{shared.Key} is named by {string.Join(" and ", shared.Select(one => one.Job))}";
        }
    }
}
