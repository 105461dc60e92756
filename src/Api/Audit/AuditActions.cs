using System.Collections.Frozen;
using System.Text.RegularExpressions;
using MultiPanel.Contracts.Workflows;

namespace MultiPanel.Api.Audit;

/// <summary>What the audit log's entries can be of: methods and routes that may change something, and kinds of jobs.</summary>
internal sealed partial class AuditActions(EndpointDataSource endpoints)
{
    /// <summary>Made when it is first asked for: all endpoints are mapped by then.</summary>
    private readonly Lazy<FrozenSet<string>> known = new(() => endpoints.Endpoints.SelectMany(Names).Concat(WorkflowCatalog.Kinds(_ => true)).ToFrozenSet(StringComparer.Ordinal));

    public bool Knows(string action) => known.Value.Contains(action);

    /// <summary>The endpoint's route without the constraints of its parameters: <c>/api/vms/{id}/start</c>.</summary>
    public static string Route(Endpoint? endpoint) => Constraint().Replace((endpoint as RouteEndpoint)?.RoutePattern.RawText?.TrimEnd('/') ?? "", "{$1}");

    private static IEnumerable<string> Names(Endpoint endpoint) =>
        (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).Where(method => !HttpMethods.IsGet(method)).Select(method => $"{method} {Route(endpoint)}");

    [GeneratedRegex(@"\{(\w+):[^}]*\}")]
    private static partial Regex Constraint();
}
