using System.Threading.Channels;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Hosting.Jobs;
using MultiPanel.Progress;
using MultiPanel.Progress.Loops;

namespace MultiPanel.Api.Jobs;

/// <summary>
/// Reports to Redis and to the workflows what the API has written into jobs' rows, after the answer: no caller waits for a store
/// that is unreachable. It is the fast path only; the row is the truth, and the reconciler acts on it.
/// </summary>
internal sealed class JobChangePublisher(
    JobProgress progress, MessageSender dispatcher, LiveJobs live, TimeProvider clock, ILogger<JobChangePublisher> log) : RepeatingService(log, clock)
{
    private const int Batch = 200;

    private readonly FailureLog failures = new(log, clock);

    private readonly Channel<News> queue = Channel.CreateBounded<News>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Call it after the commit; it never waits and never fails.</summary>
    /// <param name="report">What Redis is told.</param>
    /// <param name="send">What is done after that: messages.</param>
    public void Tell(Guid job, Func<JobProgress, Task> report, params IReadOnlyList<Func<MessageSender, CancellationToken, Task>> send) =>
        queue.Writer.TryWrite(new News(job, report, send));

    public static Func<MessageSender, CancellationToken, Task> Message<T>(T message, string? to = null) where T : class, IJobMessage =>
        (dispatcher, cancellation) => dispatcher.SendAsync(to ?? JobMessages.Queue(typeof(T)), message, cancellation);

    protected override Task RunAsync(RoundLoop loop, CancellationToken stopping) => loop.RunAsync(PublishBatchAsync, stopping);

    private async Task PublishBatchAsync(CancellationToken stopping)
    {
        await queue.Reader.WaitToReadAsync(stopping);
        var batch = new List<News>();
        while (batch.Count < Batch && queue.Reader.TryRead(out var news))
        {
            batch.Add(news);
        }

        // Begun in order, so Redis gets them in order, and readers see the change before its consequences.
        await Task.WhenAll(batch.Select(news => TryAsync(news.Job, () => ReportAsync(news), stopping)));
        await Task.WhenAll(batch.SelectMany(news => news.Send.Select(send => TryAsync(news.Job, () => send(dispatcher, stopping), stopping))));
    }

    private Task<bool> ReportAsync(News news) => live.TryAsync(
        async () =>
        {
            await news.Report(progress);
            return true;
        },
        false);

    private async Task TryAsync(Guid job, Func<Task> tell, CancellationToken cancellation)
    {
        try
        {
            await tell();
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            // Whatever the trouble is: the row is the truth, and the job's worker reads it.
            failures.Write(failure, $"Job {job} has changed, but not every part of the system could be told yet");
        }
    }

    private sealed record News(Guid Job, Func<JobProgress, Task> Report, IReadOnlyList<Func<MessageSender, CancellationToken, Task>> Send);
}
