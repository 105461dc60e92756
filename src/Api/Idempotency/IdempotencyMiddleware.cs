using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Http;
using MultiPanel.Api.Live;
using MultiPanel.Contracts.Http;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;

namespace MultiPanel.Api.Idempotency;

/// <summary>
/// Answers a repeated command with the job that it has become. It looks before the endpoint does, whose answer may be
/// another by now (a deleted VM is not found any more), and again when the endpoint refused: the same command may have
/// been accepted at the same moment.
/// </summary>
internal sealed class IdempotencyMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Headers.TryGetValue(Idempotent.Header, out var header) || context.GetEndpoint() is not { } endpoint)
        {
            return next(context);
        }

        if (endpoint.Metadata.GetMetadata<Idempotent>() is { } idempotent)
        {
            return OnceAsync(context, idempotent, header);
        }

        // Who sends a key relies on it. Methods other than POST have the same effect when they are repeated.
        return HttpMethods.IsPost(context.Request.Method)
            ? throw new ProblemException(
                400, "idempotency_key_unsupported", $"This call does not go by {Idempotent.Header}: sent twice it is done twice, or refused as taken. Send it without one.")
            : next(context);
    }

    private async Task OnceAsync(HttpContext context, Idempotent idempotent, Microsoft.Extensions.Primitives.StringValues header)
    {
        var key = context.RequestServices.GetRequiredService<CommandKey>();
        await key.ReadAsync(header, context.Request);
        if (idempotent.Many)
        {
            context.Response.OnStarting(() =>
            {
                context.Response.Headers[Idempotent.ReplayedHeader] = key.Repeated ? "true" : default;
                return Task.CompletedTask;
            });
            await next(context);
            return;
        }

        if (await key.FindAsync(context.RequestAborted) is { } known)
        {
            await ReplayAsync(context, idempotent, known);
            return;
        }

        try
        {
            await next(context);
        }
        catch (Exception refused) when (!context.Response.HasStarted && refused is ProblemException or DbUpdateException)
        {
            if (await key.FindAsync(context.RequestAborted) is not { } winner)
            {
                throw;
            }

            context.Response.Clear();
            await ReplayAsync(context, idempotent, winner);
        }
    }

    private static async Task ReplayAsync(HttpContext context, Idempotent idempotent, Guid id)
    {
        await using var db = context.RequestServices.GetRequiredService<PanelDatabase>()
            .Open(context.RequestServices.GetRequiredService<Auth.Caller>().Scope);
        var job = await db.Jobs.AsNoTracking().SingleOrDefaultAsync(job => job.Id == id, context.RequestAborted)
            ?? throw Problems.NotFound("job", id);
        context.Response.StatusCode = idempotent.Status;
        context.Response.Headers[Idempotent.ReplayedHeader] = "true";
        if (idempotent.Status == StatusCodes.Status202Accepted)
        {
            context.Response.Headers.Location = $"/api/jobs/{id}";
        }

        if (idempotent.WithView)
        {
            var view = await context.RequestServices.GetRequiredService<CurrentJobs>().ViewAsync(job);
            await context.Response.WriteAsJsonAsync(new Envelope<JobView>(view), context.RequestAborted);
        }
        else
        {
            await context.Response.WriteAsJsonAsync(new Envelope<JobAccepted>(new JobAccepted(id, job.Status)), context.RequestAborted);
        }
    }
}
