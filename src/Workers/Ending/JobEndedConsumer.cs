using MassTransit;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Ending;

/// <summary>Does what follows from an end that the API has written: it ends jobs of which nothing has begun.</summary>
public sealed class JobEndedConsumer(JobStore jobs, JobEnding ending) : IConsumer<JobEnded>
{
    public async Task Consume(ConsumeContext<JobEnded> context)
    {
        if (await jobs.LoadWorkAsync(context.Message.JobId, context.CancellationToken) is { HasEnded: true } work)
        {
            await ending.FollowAsync(work, context.CancellationToken);
        }
    }
}
