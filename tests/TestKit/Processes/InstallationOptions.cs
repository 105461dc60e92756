using MultiPanel.Simulator;

namespace MultiPanel.TestKit.Processes;

/// <summary>What an <see cref="Installation"/> is made of.</summary>
public sealed record InstallationOptions
{
    public int Workers { get; init; } = 2;

    /// <summary>A RabbitMQ of its own, which the test may kill, instead of a virtual host of the shared one.</summary>
    public bool OwnBroker { get; init; }

    public SimulatorOptions Simulator { get; init; } = SimulatorOptions.Demo() with { TimeScale = 10 };

    /// <summary>PEM files from which the API takes its certificate at each start, to answer under TLS too; null: it does not.</summary>
    public (string Certificate, string Key)? Tls { get; init; }

    /// <summary>Settings of the hosts beside those that all need.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
