using Microsoft.EntityFrameworkCore;
using MultiPanel.Data;
using MultiPanel.Proxmox.Errors;

namespace MultiPanel.Api.Http;

/// <summary>Turns whatever goes wrong below it into an error answer, and gives the bare status codes of the framework a body.</summary>
internal sealed class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception left) when (left is ClientLeftException || (left is OperationCanceledException && context.RequestAborted.IsCancellationRequested))
        {
            // There is no one to answer, and nothing more to read: Kestrel would complain of a body that it cannot drain.
            context.Abort();
            log.LogDebug("{Method} {Path}: the client left before there was an answer: {Reason}", context.Request.Method, context.Request.Path, left.Message);
            return;
        }
        catch (Exception failure) when (!context.Response.HasStarted)
        {
            context.Response.Clear();
            await ProblemWriter.WriteAsync(context, Explain(context, failure));
            return;
        }

        if (!context.Response.HasStarted && context.Response is { StatusCode: >= 400, ContentType: null })
        {
            await ProblemWriter.WriteAsync(context, context is { Response.StatusCode: 401 } && context.Features.Get<TokenRefusal>() is { } refusal
                ? new ProblemException(401, "unauthorized", refusal.Why)
                : Bare(context.Response.StatusCode));
        }
    }

    private ProblemException Explain(HttpContext context, Exception failure)
    {
        switch (failure)
        {
            case ProblemException problem:
                return problem;
            case BadHttpRequestException bad:
                return Bare(bad.StatusCode);
            case PveException proxmox:
                log.LogWarning("{Method} {Path}: Proxmox: {Text}", context.Request.Method, context.Request.Path, proxmox.Message);
                return ProxmoxProblems.Explain(proxmox);
            case DbUpdateConcurrencyException:
                return Problems.Conflict("changed_meanwhile", "Another request has changed or deleted it meanwhile. Read it again, then decide.");
            case var _ when DatabaseFailures.IsFull(failure):
                log.LogWarning("{Method} {Path}: the database takes no writes, its disk is full", context.Request.Method, context.Request.Path);
                return Problems.NoDatabase("The database takes no writes: its disk is full. Nothing was changed. Free space on the database's disk, then try again.");
            case var _ when DatabaseFailures.IsUnreachable(failure):
                log.LogWarning(failure, "{Method} {Path}: the database is unreachable", context.Request.Method, context.Request.Path);
                return Problems.NoDatabase("The database does not answer. Try again in a moment; with an Idempotency-Key a command is done once even if its answer was lost.");
            default:
                log.LogError(failure, "{Method} {Path} failed; trace id {TraceId}", context.Request.Method, context.Request.Path, ProblemWriter.TraceId(context));
                return new ProblemException(500, "internal_error", "Something went wrong on the server; its log has the trace id below.");
        }
    }

    private static ProblemException Bare(int status) => status switch
    {
        400 => new(status, "bad_request", "The request could not be read."),
        401 => new(status, "unauthorized", "Sign in first: a valid bearer token is needed."),
        403 => new(status, "forbidden", "Your role does not allow this."),
        404 => new(status, "not_found", "There is nothing at this address."),
        405 => new(status, "method_not_allowed", "This address does not take this method; the Allow header lists those it takes."),
        413 => new(status, "too_large", "The body is too large; at most 1 MiB is taken."),
        415 => Problems.UnsupportedMediaType(),
        _ => new(status, $"http_{status}", Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status)),
    };
}
