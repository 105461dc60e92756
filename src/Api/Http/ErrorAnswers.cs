using MultiPanel.Contracts.Http;

namespace MultiPanel.Api.Http;

internal static class ErrorAnswers
{
    /// <summary>Declares the statuses of error answers, for the OpenAPI description.</summary>
    public static TBuilder Refuses<TBuilder>(this TBuilder endpoints, params int[] statuses) where TBuilder : IEndpointConventionBuilder
    {
        endpoints.Add(endpoint =>
        {
            foreach (var status in statuses)
            {
                endpoint.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(ApiProblem), ["application/problem+json"]));
            }
        });
        return endpoints;
    }
}
