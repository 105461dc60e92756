using Microsoft.AspNetCore.Http.HttpResults;
using MultiPanel.Contracts.Http;

namespace MultiPanel.Api.Http;

/// <summary>Successful answers in the envelope.</summary>
internal static class Answers
{
    public static Ok<Envelope<T>> Ok<T>(T data) => TypedResults.Ok(new Envelope<T>(data));

    public static Ok<ListEnvelope<T>> List<T>(IReadOnlyList<T> data, string? nextCursor = null) =>
        TypedResults.Ok(new ListEnvelope<T>(data, nextCursor));

    /// <summary>202: the job is where to look.</summary>
    public static Accepted<Envelope<T>> Accepted<T>(Guid job, T data) => TypedResults.Accepted($"/api/jobs/{job}", new Envelope<T>(data));
}
