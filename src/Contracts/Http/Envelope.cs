namespace MultiPanel.Contracts.Http;

/// <summary>Every successful answer.</summary>
public sealed record Envelope<T>(T Data)
{
    public bool Success { get; } = true;
}

/// <summary>A page of a list; <paramref name="NextCursor"/> is absent on the last one.</summary>
public sealed record ListEnvelope<T>(IReadOnlyList<T> Data, string? NextCursor)
{
    public bool Success { get; } = true;
}
