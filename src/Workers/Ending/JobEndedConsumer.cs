using MassTransit;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;

namespace MultiPanel.Workers.Ending;

/// <summary>Does what follows from an end that the API has written: it ends jobs of which nothing has begun.</summary>
public sealed class JobEndedConsumer(PanelDatabase database, JobEnding ending) : IConsumer<JobEnded>
{
    public async Task Consume(ConsumeContext<JobEnded> context)
    {
        await using var db = database.OpenAll();
        if (await db.Jobs.AsNoTracking().SingleOrDefaultAsync(job => job.Id == context.Message.JobId, context.CancellationToken) is { IsFinal: true } job)
        {
            await ending.FollowAsync(new EndedJob(job), context.CancellationToken);
        }
    }
}
