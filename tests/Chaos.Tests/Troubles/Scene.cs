using System.Collections.Concurrent;
using MultiPanel.Simulator;
using MultiPanel.TestKit.Processes;

namespace MultiPanel.Chaos.Tests.Troubles;

/// <summary>Where troubles strike.</summary>
public sealed class Scene(Installation installation) : IDisposable
{
    /// <summary>Two troubles may want to restart the same.</summary>
    private readonly Dictionary<object, SemaphoreSlim> turns = installation.Workers.Append<object>(installation.Api).Append(installation.MariaDb)
        .ToDictionary(part => part, _ => new SemaphoreSlim(1));

    public Installation Installation => installation;

    /// <summary>What was not planned.</summary>
    public ConcurrentQueue<string> Surprises { get; } = new();

    public IReadOnlyList<SimulatedCluster> Clusters => installation.Simulator.Clusters;

    /// <summary>Ends a host and starts it again, alone with it.</summary>
    public async Task RestartAsync(PanelHost host, Func<PanelProcess, Task> end)
    {
        using var turn = await TakeAsync(host);
        CheckAlive(host);
        await end(host.Process);
        await host.StartAsync();
    }

    /// <summary>A host ends when it is made to, and not by itself.</summary>
    public void CheckAlive(PanelHost host)
    {
        if (host.Process.HasExited)
        {
            Surprises.Enqueue($"{host.Name} had ended by itself with {host.Process.ExitCode}");
        }
    }

    public async Task<IDisposable> TakeAsync(object part)
    {
        await turns[part].WaitAsync();
        return new Turn(turns[part]);
    }

    public void Dispose()
    {
        foreach (var turn in turns.Values)
        {
            turn.Dispose();
        }
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
