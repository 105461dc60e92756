using MultiPanel.Api.Auth;

namespace MultiPanel.Api.Tests.Auth;

/// <summary>Keeps all threads for passwords busy until it is disposed, so that what comes meanwhile is in flight.</summary>
internal sealed class BusyThreads : IDisposable
{
    private readonly ManualResetEventSlim over = new();

    private BusyThreads()
    {
    }

    public static async Task<BusyThreads> HoldAsync(PasswordThreads threads)
    {
        var busy = new BusyThreads();
        for (var i = 0; i < PasswordThreads.Count; i++)
        {
            var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _ = threads.RunAsync(-1, () => begun.TrySetResult() && busy.Wait(), default);
            await begun.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }

        return busy;
    }

    /// <summary>It is not disposed of itself: the threads are still on their way out of it.</summary>
    public void Dispose() => over.Set();

    private bool Wait()
    {
        over.Wait();
        return true;
    }
}
