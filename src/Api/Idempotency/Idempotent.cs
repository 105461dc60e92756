using MultiPanel.Api.Http;

namespace MultiPanel.Api.Idempotency;

/// <summary>Marks an endpoint whose command is done once for each Idempotency-Key.</summary>
/// <param name="Status">What a repetition is answered with.</param>
/// <param name="WithView">The repetition's answer is the job itself, not only its id.</param>
/// <param name="Many">It changes many jobs, and looks itself which of them it has changed before.</param>
internal sealed record Idempotent(int Status = StatusCodes.Status202Accepted, bool WithView = false, bool Many = false)
{
    public const string Header = "Idempotency-Key", ReplayedHeader = "Idempotency-Replayed";
}

internal static class IdempotentEndpoints
{
    /// <summary>For endpoints that answer with a job's id.</summary>
    public static TBuilder AcceptOnce<TBuilder>(this TBuilder endpoints) where TBuilder : IEndpointConventionBuilder =>
        endpoints.WithMetadata(new Idempotent()).Refuses(422);

    /// <summary>For endpoints that change many jobs.</summary>
    public static TBuilder ChangeManyOnce<TBuilder>(this TBuilder endpoints) where TBuilder : IEndpointConventionBuilder =>
        endpoints.WithMetadata(new Idempotent(StatusCodes.Status200OK, Many: true)).Refuses(422);

    /// <summary>For endpoints that answer with a job.</summary>
    public static TBuilder ChangeOnce<TBuilder>(this TBuilder endpoints, int status) where TBuilder : IEndpointConventionBuilder =>
        endpoints.WithMetadata(new Idempotent(status, WithView: true)).Refuses(422);
}
