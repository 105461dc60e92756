using System.Collections.Concurrent;
using System.Diagnostics.Tracing;

namespace MultiPanel.TestKit.Processes;

/// <summary>
/// Which host names a process looks up: what would call home, or anywhere else, begins so. In this process an instance
/// listens; in another one the runtime loads this assembly at its start (<see cref="StartupHook"/>) and prints them.
/// </summary>
public sealed class NameResolutions : EventListener
{
    private const string Prefix = "looked up the host name: ";

    private readonly ConcurrentQueue<string> names = new();

    /// <summary>The environment that makes one of our hosts print the names.</summary>
    public static KeyValuePair<string, string> Setting { get; } = new("DOTNET_STARTUP_HOOKS", typeof(NameResolutions).Assembly.Location);

    public IReadOnlyList<string> Names => [.. names];

    internal bool Prints { get; init; }

    /// <param name="said">What a process printed that ran with <see cref="Setting"/>.</param>
    public static IReadOnlyList<string> Of(string said) =>
        [.. said.Split('\n').Where(line => line.StartsWith(Prefix, StringComparison.Ordinal)).Select(line => line[Prefix.Length..].Trim())];

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "System.Net.NameResolution")
        {
            EnableEvents(eventSource, EventLevel.Informational);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName == "ResolutionStart" && eventData.Payload is [string name, ..])
        {
            // The base constructor may call this before the fields are there; nothing is looked up that early.
            names?.Enqueue(name);
            if (Prints)
            {
                Console.WriteLine(Prefix + name);
            }
        }
    }
}
