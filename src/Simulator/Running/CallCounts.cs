using System.Collections.Concurrent;

namespace MultiPanel.Simulator.Running;

/// <summary>How often each method and path template was called.</summary>
internal sealed class CallCounts
{
    private readonly ConcurrentDictionary<string, int> _counts = new();

    public void Add(string call) => _counts.AddOrUpdate(call, 1, static (_, count) => count + 1);

    public IReadOnlyDictionary<string, int> Snapshot() => new Dictionary<string, int>(_counts);
}
