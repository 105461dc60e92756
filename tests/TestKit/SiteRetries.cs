using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Jobs;
using MultiPanel.Progress;

namespace MultiPanel.TestKit;

/// <summary>A new attempt of a job that is over, as the API begins it.</summary>
public static class SiteRetries
{
    /// <summary>The row first, then its progress, then the command. A clone whose VM's row was taken back has it again, under its old id.</summary>
    public static async Task<Job> RetryAsync(this Site site, Job job)
    {
        await using var db = site.Database.OpenAll();
        var row = await db.Jobs.SingleAsync(row => row.Id == job.Id);
        row.Retry(DateTime.UtcNow);
        row.Revision++;
        site.Services.GetRequiredService<CommandOutbox>().Plan(row);
        if (row is { Kind: "vm.create", TargetId: { } id } && !await db.Vms.AnyAsync(vm => vm.Id == id))
        {
            db.Vms.Add(new Vm
            {
                Id = id,
                ClusterId = row.ClusterId!.Value,
                Name = row.TargetName!,
                Status = VmStatus.Provisioning,
                CompanyId = row.CompanyId,
                CreatedByJob = row.Id,
                CreatedAt = DateTime.UtcNow,
            });
        }

        await db.SaveChangesAsync();
        await site.Services.GetRequiredService<JobProgress>().PublishNewAsync(row.ToView());
        site.Services.GetRequiredService<CommandOutbox>().Enqueue(row);
        return row;
    }
}
