namespace MultiPanel.Api.Http;

/// <summary>Ends a request with an error answer. <see cref="Problems"/> makes them.</summary>
public sealed class ProblemException(int status, string code, string detail) : Exception(detail)
{
    public int Status => status;

    /// <summary>Stable, snake_case.</summary>
    public string Code => code;

    public FieldErrors? Errors { get; init; }

    /// <summary>For the <c>Retry-After</c> header.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
