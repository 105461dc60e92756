using System.Diagnostics;
using System.Text.Json;
using MultiPanel.Simulator.Running;

namespace MultiPanel.Simulator.State;

/// <summary>Writes the state a moment after it changed: at most every 200 ms, and never more than a tenth of the time.</summary>
internal sealed class StateWriter(Cluster cluster, StateFile file) : IAsyncDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;
    private long _written = -1;

    public void Start() => _loop = RunAsync();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        await WriteAsync();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            var watch = Stopwatch.StartNew();
            await WriteAsync();
            var pause = TimeSpan.FromTicks(Math.Max(ShortestPause.Ticks, watch.ElapsedTicks * TimeSpan.TicksPerSecond / Stopwatch.Frequency * 10));

            // On the wall's clock, not the simulated one: a disk does not speed up with it.
            await Task.Delay(pause, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WriteAsync()
    {
        byte[] state;
        lock (cluster.Gate)
        {
            cluster.Advance();
            if (cluster.Version == _written)
            {
                return;
            }

            _written = cluster.Version;
            state = JsonSerializer.SerializeToUtf8Bytes(cluster.State);
        }

        await file.WriteAsync(state, CancellationToken.None);
    }
}
