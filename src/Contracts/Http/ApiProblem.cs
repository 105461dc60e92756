namespace MultiPanel.Contracts.Http;

/// <summary>Every refusal and failure, as <c>application/problem+json</c> (RFC 9457).</summary>
public sealed record ApiProblem
{
    /// <summary><c>urn:multipanel:problem:</c> and the code.</summary>
    public required string Type { get; init; }

    /// <summary>The status in words.</summary>
    public required string Title { get; init; }

    public required int Status { get; init; }

    /// <summary>Plain words: what is wrong and what to do.</summary>
    public required string Detail { get; init; }

    /// <summary>Under which the server's log and traces have it.</summary>
    public string? TraceId { get; init; }

    public bool Success { get; init; }

    /// <summary>The same as <see cref="Detail"/>, for clients that know only the envelope.</summary>
    public required string Message { get; init; }

    /// <summary>Stable, snake_case.</summary>
    public required string Code { get; init; }

    /// <summary>What is wrong with each field of the request, by its JSON path.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors { get; init; }

    /// <summary>How the dependencies stand, where that is what is wrong.</summary>
    public IReadOnlyDictionary<string, Health.DependencyView>? Dependencies { get; init; }
}
