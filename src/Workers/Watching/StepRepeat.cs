using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.Hosting.Jobs;
using MultiPanel.Progress;
using MultiPanel.Workers.Admission;
using MultiPanel.Workers.Liveness;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Watching;

/// <summary>Has a step run again after its task ended: to look, or to try once more.</summary>
public sealed class StepRepeat(
    JobStore ledger, JobProgress progress, MessageSender dispatcher, JobActivity driven, StepSlots slots, IServiceScopeFactory scopes)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan OnItsWay = TimeSpan.FromSeconds(10);

    public async Task AtOnceAsync(Job job, WatchedTask task, StepStatus status, string? message, CancellationToken cancellation)
    {
        if (await ForgetTaskAsync(job, task, status, message, cancellation))
        {
            await driven.TouchAsync(job.Id, OnItsWay);
            await dispatcher.SendAsync(task.CommandQueue, Command(task), cancellation);
        }
    }

    public async Task LaterAsync(Job job, WatchedTask task, string message, CancellationToken cancellation)
    {
        if (await ForgetTaskAsync(job, task, StepStatus.Waiting, message, cancellation))
        {
            await driven.TouchAsync(job.Id, Pause + OnItsWay);
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<IMessageScheduler>()
                .ScheduleSend(JobMessages.Address(task.CommandQueue), DateTime.UtcNow + Pause, Command(task), cancellation);
        }
    }

    private static object Command(WatchedTask task) => Activator.CreateInstance(JobMessages.Type(task.CommandQueue), task.JobId)!;

    private async Task<bool> ForgetTaskAsync(Job job, WatchedTask task, StepStatus status, string? message, CancellationToken cancellation)
    {
        var written = await ledger.ChangeStepAsync(job, task.Step, null, row =>
        {
            if (row.FindStep(task.Step)?.Upid != task.Upid)
            {
                return false;
            }

            row.FreeSlot(task.Step);
            row.Cancellable |= status == StepStatus.Waiting && !task.LookAfterwards; // nothing of it runs now
            row.SetStep(task.Step, step => step with { Status = status, Upid = null, Message = message });
            return true;
        }, cancellation);
        if (written is null)
        {
            return false;
        }

        await progress.ReportAsync(job.Id, job.CompanyId, new JobChange { Steps = [written.FindStep(task.Step)!], Message = message, Cancellable = written.ToView().Cancellable }, cancellation);
        if (task.SlotCluster is { } cluster)
        {
            await slots.ReleaseAsync(cluster, StepSlots.Holder(job.Id, task.Step), cancellation);
        }

        return true;
    }
}
