using System.Diagnostics;

namespace MultiPanel.TestKit;

/// <summary>For what sends no signal when it happens: another program's state, looked at until it is as it should be.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <param name="look">True: it is so.</param>
    /// <param name="what">Completes "… never": "the server answered".</param>
    public static async Task IsAsync(Func<Task<bool>> look, string what, TimeSpan limit, Func<string>? detail = null)
    {
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(Pause);
        while (!await look())
        {
            if (watch.Elapsed > limit)
            {
                throw new TimeoutException($"{what}: never within {limit.TotalSeconds:0} s. {detail?.Invoke()}");
            }

            await timer.WaitForNextTickAsync();
        }
    }

    public static Task IsAsync(Func<bool> look, string what, TimeSpan limit, Func<string>? detail = null) =>
        IsAsync(() => Task.FromResult(look()), what, limit, detail);
}
