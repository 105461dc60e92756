using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Features;

namespace MultiPanel.Api.Http;

/// <summary>
/// Refuses what an endpoint does not know: query parameters, a body, an encoding. A misspelt filter that is ignored lists
/// everything, and a script that deletes what it lists deletes all.
/// </summary>
internal sealed class StrictRequests(RequestDelegate next)
{
    private readonly ConditionalWeakTable<Endpoint, FrozenSet<string>> queries = [];

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint() is RouteEndpoint endpoint && endpoint.Metadata.GetMetadata<StrictRequest>() is not null)
        {
            CheckQuery(context.Request, queries.GetValue(endpoint, _ => StrictRequest.QueryNames(endpoint)));
            CheckEncoding(context);
            context.Request.Body = new ClientBody(context, context.Request.Body);
            if (!StrictRequest.TakesBody(endpoint) && await HasBodyAsync(context))
            {
                throw new ProblemException(400, "unexpected_body", "This call takes no body; send it without one.");
            }
        }

        await next(context);
    }

    private static void CheckQuery(HttpRequest request, FrozenSet<string> known)
    {
        if (!request.QueryString.HasValue)
        {
            return;
        }

        var errors = new FieldErrors();
        foreach (var name in request.Query.Keys.Where(name => !known.Contains(name)))
        {
            errors.Add(name, known.Count == 0
                ? "is not known here: this call takes no query parameters"
                : $"is not known here; there are {string.Join(", ", known.Order(StringComparer.Ordinal))}");
        }

        errors.ThrowIfAny();
    }

    private static void CheckEncoding(HttpContext context)
    {
        if (context.Request.Headers.ContentEncoding is { Count: > 0 } encoding && !encoding.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            context.Response.OnStarting(() =>
            {
                // RFC 9110, 15.5.16: what would have been taken.
                context.Response.Headers.AcceptEncoding = "identity";
                return Task.CompletedTask;
            });
            throw new ProblemException(415, "unsupported_media_type", "Send the body as it is, uncompressed: no Content-Encoding but identity is taken.");
        }
    }

    private static async ValueTask<bool> HasBodyAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return false;
        }

        // Sent in chunks it has no length, and may be empty.
        return context.Request.ContentLength is { } length ? length > 0 : await context.Request.Body.ReadAsync(new byte[1], context.RequestAborted) > 0;
    }
}
