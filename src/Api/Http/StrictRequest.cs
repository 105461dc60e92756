using System.Collections.Frozen;
using Microsoft.AspNetCore.Http.Metadata;

namespace MultiPanel.Api.Http;

/// <summary>Marks endpoints that refuse what they would otherwise ignore; <see cref="StrictRequests"/> does it.</summary>
internal sealed class StrictRequest
{
    /// <summary>The query parameters that the endpoint's handler binds.</summary>
    public static FrozenSet<string> QueryNames(RouteEndpoint endpoint) => endpoint.Metadata.GetOrderedMetadata<IParameterBindingMetadata>()
        .Select(parameter => QueryName(parameter, endpoint)).OfType<string>().ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether the endpoint reads a body.</summary>
    public static bool TakesBody(Endpoint endpoint) => endpoint.Metadata.GetMetadata<IAcceptsMetadata>() is not null;

    /// <returns>Null: it comes from elsewhere. What minimal APIs bind by default, they bind from the path where that has the name, else from the query.</returns>
    private static string? QueryName(IParameterBindingMetadata parameter, RouteEndpoint endpoint)
    {
        var attributes = parameter.ParameterInfo.GetCustomAttributes(inherit: true);
        if (attributes.OfType<IFromQueryMetadata>().FirstOrDefault() is { } query)
        {
            return query.Name ?? parameter.Name;
        }

        var isText = parameter.HasTryParse || parameter.ParameterInfo.ParameterType == typeof(string);
        return isText && endpoint.RoutePattern.GetParameter(parameter.Name) is null ? parameter.Name : null;
    }
}

internal static class StrictRequestEndpoints
{
    /// <summary>For all endpoints of the group: unknown query parameters, stray bodies and compressed bodies are refused.</summary>
    public static TBuilder Strict<TBuilder>(this TBuilder endpoints) where TBuilder : IEndpointConventionBuilder =>
        endpoints.WithMetadata(new StrictRequest());
}
