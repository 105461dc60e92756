using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Progress;

namespace MultiPanel.Hosting.Jobs;

/// <summary>The job's row, for a Redis that lost it.</summary>
public sealed class DatabaseJobSource(PanelDatabase database) : IJobSource
{
    public async Task<JobView?> LoadAsync(Guid jobId, CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        return (await db.Jobs.AsNoTracking().SingleOrDefaultAsync(job => job.Id == jobId, cancellation))?.ToView();
    }
}
