namespace MultiPanel.Proxmox.Http;

/// <summary>The endpoints in the order to ask them: the one that answered last, the others, and last those that failed lately.</summary>
internal sealed class EndpointRing(IReadOnlyList<Uri> endpoints, TimeSpan rest, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly DateTimeOffset[] restUntil = new DateTimeOffset[endpoints.Count];
    private int good;

    public IReadOnlyList<int> Order()
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            return [.. Enumerable.Range(0, endpoints.Count)
                .Select(step => (good + step) % endpoints.Count)
                .OrderBy(index => restUntil[index] > now ? 1 : 0)];
        }
    }

    public Uri this[int index] => endpoints[index];

    public void Answered(int index)
    {
        lock (gate)
        {
            good = index;
            restUntil[index] = default;
        }
    }

    /// <summary>Gave no answer: asked last for a while.</summary>
    public void Failed(int index)
    {
        lock (gate)
        {
            restUntil[index] = time.GetUtcNow() + rest;
        }
    }

    /// <summary>Answered that it cannot reach another node: the next one perhaps can.</summary>
    public void PassOn(int index)
    {
        lock (gate)
        {
            good = good == index ? (index + 1) % endpoints.Count : good;
        }
    }
}
