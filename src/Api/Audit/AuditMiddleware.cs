using System.Globalization;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Audit;
using MultiPanel.Data.Audit;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Api.Audit;

/// <summary>
/// Writes a line for every request that may change something, done or refused, before its answer begins. It sits before
/// everything that can refuse, so no endpoint can be forgotten.
/// </summary>
internal sealed class AuditMiddleware(RequestDelegate next, AuditLog log, TimeProvider clock)
{
    /// <summary>nginx's word for it: the client left before there was an answer.</summary>
    private const int ClientLeft = 499;

    public async Task InvokeAsync(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || HttpMethods.IsOptions(context.Request.Method))
        {
            await next(context);
            return;
        }

        var trail = new AuditTrail((trail, job) => Entry(context, trail, StatusCodes.Status202Accepted, job));
        context.Features.Set(trail);
        context.Response.OnStarting(() => WriteAsync(context, trail, context.Response.StatusCode));
        await next(context);
        if (!context.Response.HasStarted)
        {
            await WriteAsync(context, trail, context.RequestAborted.IsCancellationRequested ? ClientLeft : context.Response.StatusCode);
        }
    }

    private async Task WriteAsync(HttpContext context, AuditTrail trail, int status)
    {
        if (trail.IsWritten || context.GetEndpoint() is not RouteEndpoint)
        {
            return;
        }

        trail.IsWritten = true;
        if (status == StatusCodes.Status202Accepted && JobOf(context) is { } job && trail.HasSaved(job))
        {
            return;
        }

        await log.WriteAsync(Entry(context, trail, status), isAnonymous: context.Features.Get<Caller>() is null);
    }

    /// <param name="about">The job that the line is about; null: what the request turns out to be about.</param>
    private AuditEntry Entry(HttpContext context, AuditTrail trail, int status, Job? about = null)
    {
        var caller = context.Features.Get<Caller>();
        var action = AuditActions.Route(context.GetEndpoint());
        var target = about is null ? trail.Target ?? RouteTarget(context, action) : AuditTrail.Of(about);
        // A refused one became none, and a repeated one is what it was before: where the answer points.
        var job = about?.Id ?? (status >= 400 ? null : JobOf(context) ?? trail.Job?.Id ?? RouteJob(target));
        return new AuditEntry
        {
            At = clock.GetUtcNow().UtcDateTime,
            UserId = caller is null ? trail.SigningIn?.Id : caller.UserId,
            Username = Shorten(caller?.Username ?? trail.SigningIn?.Name ?? ""),
            TokenId = caller?.Token?.Id,
            TokenName = caller?.Token?.Name,
            CompanyId = target?.CompanyId ?? caller?.CompanyId ?? trail.SigningIn?.CompanyId,
            Address = Shorten(context.ClientAddress()),
            Action = $"{context.Request.Method} {action}",
            Kind = about?.Kind ?? (job is not null && job == trail.Job?.Id ? trail.Job.Kind : null),
            TargetType = target?.Type,
            TargetId = target?.Id is { } id ? Shorten(id) : null,
            TargetName = target?.Name,
            Changed = status < 400 && trail.Changed.Count > 0 ? [.. trail.Changed] : null,
            Result = status < 400 ? AuditResult.Accepted : status < 500 ? AuditResult.Refused : AuditResult.Failed,
            Status = status,
            Code = trail.Code,
            JobId = job,
        };
    }

    /// <summary>The job that the answer points at: also one that was there before.</summary>
    private static Guid? JobOf(HttpContext context) =>
        context.Response.Headers.Location.ToString() is { } location
        && location.StartsWith("/api/jobs/", StringComparison.Ordinal)
        && Guid.TryParse(location["/api/jobs/".Length..], out var job)
            ? job
            : null;

    /// <summary>What a request names that changed nothing here: <c>/api/vms/{id}/…</c> is a vm.</summary>
    private static (string Type, string? Id, string? Name, int? CompanyId)? RouteTarget(HttpContext context, string action)
    {
        var parts = action.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length > 1 && context.Request.RouteValues.GetValueOrDefault("id") is { } id
            ? (parts[1].TrimEnd('s'), Convert.ToString(id, CultureInfo.InvariantCulture), null, null)
            : null;
    }

    /// <summary>One that was there before, and was given another priority, say.</summary>
    private static Guid? RouteJob((string Type, string? Id, string? Name, int? CompanyId)? target) =>
        target is { Type: "job" } route && Guid.TryParse(route.Id, out var job) ? job : null;

    private static string Shorten(string text) => text.Length <= 255 ? text : text[..255];
}
