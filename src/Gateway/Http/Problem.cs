using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Health;
using MultiPanel.Contracts.Http;

namespace MultiPanel.Gateway.Http;

/// <summary>An error answer of the gateway's own, in the main panel's shape.</summary>
/// <param name="Code">Stable, snake_case.</param>
internal sealed record Problem(int Status, string Code, string Detail)
{
    /// <summary>For the <c>Retry-After</c> header.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public IReadOnlyDictionary<string, DependencyView>? Dependencies { get; init; }

    /// <summary>Addresses and fingerprints of the inside: for the log, and for callers who administer the main panel.</summary>
    public string? Internals { get; init; }

    /// <summary>What a bare status code means here.</summary>
    public static Problem Bare(int status) => status switch
    {
        400 => new(status, "bad_request", "The request could not be read."),
        401 => new(status, "unauthorized", "Sign in first: a valid access token or API token of this installation is needed as bearer token."),
        404 => new(status, "not_found", "There is nothing at this address, or the gateway does not pass it on."),
        405 => new(status, "method_not_allowed", "This address does not take this method."),
        413 => new(status, "too_large", "The body is too large; at most 1 MiB is taken."),
        500 => new(status, "internal_error", "Something went wrong in the gateway; its log has the trace id below."),
        _ => new(status, $"http_{status}", ReasonPhrases.GetReasonPhrase(status)),
    };

    public Task WriteAsync(HttpContext context)
    {
        var detail = Internals is not null && context.User.HasClaim("role", "super_admin") ? $"{Detail} {Internals}" : Detail;
        context.Response.StatusCode = Status;
        if (RetryAfter is { } pause)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(pause.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        var body = new ApiProblem
        {
            Type = $"urn:multipanel:problem:{Code}",
            Title = ReasonPhrases.GetReasonPhrase(Status),
            Status = Status,
            Detail = detail,
            Message = detail,
            Code = Code,
            TraceId = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier,
            Dependencies = Dependencies,
        };
        return context.Response.WriteAsJsonAsync(body, ContractJson.Options, "application/problem+json", context.RequestAborted);
    }
}
