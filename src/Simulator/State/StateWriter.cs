using System.Diagnostics;
using System.Text.Json;
using MultiPanel.Simulator.Running;

namespace MultiPanel.Simulator.State;

/// <summary>
/// Writes the state: every 200 ms what time has changed, and sooner where a call waits for it, since what Proxmox has answered
/// is on its disk. Never more than half of the time.
/// </summary>
internal sealed class StateWriter(Cluster cluster, StateFile file) : IAsyncDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;
    private readonly SemaphoreSlim _wanted = new(0);
    private TaskCompletionSource _saved = NextSave();
    private long _written = -1;

    public void Start() => _loop = RunAsync();

    /// <summary>Completes when all that has changed until now is on disk.</summary>
    public Task SavedAsync()
    {
        lock (cluster.Gate)
        {
            _wanted.Release();
            return _saved.Task;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        await WriteAsync();
        _stopping.Dispose();
        _wanted.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            var watch = Stopwatch.StartNew();
            await WriteAsync();

            // On the wall's clock, not the simulated one: a disk does not speed up with it.
            var rest = watch.Elapsed;
            await Task.Delay(rest, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (rest < ShortestPause)
            {
                await ((Task)_wanted.WaitAsync(ShortestPause - rest, _stopping.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static TaskCompletionSource NextSave() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task WriteAsync()
    {
        byte[]? state = null;
        TaskCompletionSource saved;
        lock (cluster.Gate)
        {
            cluster.Advance();
            (saved, _saved) = (_saved, NextSave());
            while (_wanted.Wait(0))
            {
                // Callers that wait so far wait for this one.
            }

            if (cluster.Version != _written)
            {
                _written = cluster.Version;
                state = JsonSerializer.SerializeToUtf8Bytes(cluster.State);
            }
        }

        try
        {
            await (state is null ? Task.CompletedTask : file.WriteAsync(state, CancellationToken.None));
            saved.SetResult();
        }
        catch (IOException full)
        {
            // Who waits for it hears of it; the next round writes all of it again.
            _written = -1;
            saved.SetException(full);
        }
    }
}
