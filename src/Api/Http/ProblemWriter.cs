using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Health;
using MultiPanel.Contracts.Http;

namespace MultiPanel.Api.Http;

/// <summary>Writes errors as <c>application/problem+json</c>.</summary>
internal static class ProblemWriter
{
    /// <summary>By which the log is searched for a request.</summary>
    public static string TraceId(HttpContext context) => Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;

    public static Task WriteAsync(HttpContext context, ProblemException problem)
    {
        if (problem.RetryAfter is { } pause)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(pause.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return WriteAsync(context, problem.Status, problem.Code, problem.Message, problem.Errors?.ByField);
    }

    public static Task WriteAsync(
        HttpContext context,
        int status,
        string code,
        string detail,
        IReadOnlyDictionary<string, IReadOnlyList<string>>? errors = null,
        IReadOnlyDictionary<string, DependencyView>? dependencies = null)
    {
        context.Response.StatusCode = status;
        context.Features.Get<AuditTrail>()?.Code = code;
        var body = new ApiProblem
        {
            Type = $"urn:multipanel:problem:{code}",
            Title = ReasonPhrases.GetReasonPhrase(status),
            Status = status,
            Detail = detail,
            Message = detail,
            Code = code,
            TraceId = TraceId(context),
            Errors = errors,
            Dependencies = dependencies,
        };
        return context.Response.WriteAsJsonAsync(body, ContractJson.Options, "application/problem+json", context.RequestAborted);
    }
}
