using MultiPanel.Simulator.Control;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator;

/// <summary>Simulated Proxmox VE clusters, served over HTTPS on 127.0.0.1.</summary>
public sealed class PveSimulator : IAsyncDisposable
{
    private readonly List<SimulatedCluster> _clusters = [];
    private ControlServer? _control;

    private PveSimulator()
    {
    }

    /// <summary>The clusters, in the order of the options.</summary>
    public IReadOnlyList<SimulatedCluster> Clusters => _clusters;

    /// <summary>Where the control endpoint listens; null when it is off.</summary>
    public Uri? ControlEndpoint => _control?.Endpoint;

    /// <summary>The cluster of that name.</summary>
    public SimulatedCluster this[string name] =>
        _clusters.Find(cluster => cluster.Name == name) ?? throw new KeyNotFoundException($"no simulated cluster '{name}'");

    /// <summary>Starts all clusters, from the kept state where there is one.</summary>
    /// <exception cref="IOException">A port is taken, or the state folder cannot be written.</exception>
    public static async Task<PveSimulator> StartAsync(SimulatorOptions options, CancellationToken cancellationToken = default)
    {
        var simulator = new PveSimulator();
        try
        {
            foreach (var seed in options.Clusters)
            {
                var file = options.StateFolder is null ? null : new StateFile(Path.Combine(options.StateFolder, seed.Name + ".json"));
                simulator._clusters.Add(await SimulatedCluster.StartAsync(seed, options, file, cancellationToken));
            }

            if (options.ControlPort is { } port)
            {
                simulator._control = await ControlServer.StartAsync(simulator, port, cancellationToken);
            }
        }
        catch
        {
            await simulator.DisposeAsync();
            throw;
        }

        return simulator;
    }

    /// <summary>Closes all ports and writes the state a last time.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_control is not null)
        {
            await _control.DisposeAsync();
        }

        foreach (var cluster in _clusters)
        {
            await cluster.DisposeAsync();
        }
    }
}
