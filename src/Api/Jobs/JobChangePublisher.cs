using System.Threading.Channels;
using MultiPanel.Api.Live;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Hosting.Jobs;
using MultiPanel.Progress;
using MultiPanel.Progress.Loops;

namespace MultiPanel.Api.Jobs;

/// <summary>
/// Publishes to Redis and to the workflows what the API has written into jobs' rows, after the answer: no caller waits for a
/// store that is unreachable. It is only the fast path; the row is the truth, and the reconciler acts on it.
/// </summary>
internal sealed class JobChangePublisher(
    JobProgress progress, MessageSender sender, CurrentJobs live, TimeProvider clock, ILogger<JobChangePublisher> log) : RepeatingService(log, clock)
{
    private const int Batch = 200;

    private readonly FailureLog failures = new(log, clock);

    private readonly Channel<Change> queue = Channel.CreateBounded<Change>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Call it after the commit; it never waits and never fails.</summary>
    /// <param name="job">The job that changed.</param>
    /// <param name="report">Writes the change to Redis.</param>
    /// <param name="send">Sends the messages that follow from it, once Redis has the change.</param>
    public void Publish(Guid job, Func<JobProgress, Task> report, params IReadOnlyList<Func<MessageSender, CancellationToken, Task>> send) =>
        queue.Writer.TryWrite(new Change(job, report, send));

    public static Func<MessageSender, CancellationToken, Task> Message<T>(T message, string? to = null) where T : class, IJobMessage =>
        (sender, cancellation) => sender.SendAsync(to ?? JobMessages.Queue(typeof(T)), message, cancellation);

    protected override Task RunAsync(RoundLoop loop, CancellationToken stopping) => loop.RunAsync(PublishBatchAsync, stopping);

    private async Task PublishBatchAsync(CancellationToken stopping)
    {
        await queue.Reader.WaitToReadAsync(stopping);
        var batch = new List<Change>();
        while (batch.Count < Batch && queue.Reader.TryRead(out var change))
        {
            batch.Add(change);
        }

        // Begun in order, so Redis gets them in order, and readers see the change before its consequences.
        await Task.WhenAll(batch.Select(change => TryAsync(change.Job, () => ReportAsync(change), stopping)));
        await Task.WhenAll(batch.SelectMany(change => change.Send.Select(send => TryAsync(change.Job, () => send(sender, stopping), stopping))));
    }

    private Task<bool> ReportAsync(Change change) => live.TryAsync(
        async () =>
        {
            await change.Report(progress);
            return true;
        },
        false);

    private async Task TryAsync(Guid job, Func<Task> publish, CancellationToken cancellation)
    {
        try
        {
            await publish();
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            // Whatever the cause: the row is the truth, and the reconciler publishes what follows from it.
            failures.Write(failure, $"Could not publish a change of job {job}; the reconciler will");
        }
    }

    private sealed record Change(Guid Job, Func<JobProgress, Task> Report, IReadOnlyList<Func<MessageSender, CancellationToken, Task>> Send);
}
