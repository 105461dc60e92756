namespace MultiPanel.Bench.Stack;

/// <summary>Waits for what sends no signal.</summary>
internal static class Wait
{
    public static async Task UntilAsync(Func<Task<bool>> reached, string what, TimeSpan most, CancellationToken stopping, int everyMs = 100)
    {
        var end = Environment.TickCount64 + (long)most.TotalMilliseconds;
        while (!await reached())
        {
            if (Environment.TickCount64 > end)
            {
                throw new TimeoutException($"{what} took more than {most.TotalSeconds:0} s.");
            }

            await Task.Delay(everyMs, stopping);
        }
    }
}
