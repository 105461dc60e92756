using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Api.Idempotency;
using MultiPanel.Api.Jobs.Streams;
using MultiPanel.Api.Live;
using MultiPanel.Contracts.Http;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Progress;
using StackExchange.Redis;

namespace MultiPanel.Api.Jobs;

internal static class JobEndpoints
{
    private const int DefaultLines = 500, MostLines = 5_000;

    public static void AddJobs(this IServiceCollection services)
    {
        services.AddSingleton<ProgressFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<ProgressFeed>());
        // By the system's clock: how long Redis is left alone is no matter of what time the panel believes it is.
        services.AddSingleton(provider => new RedisCircuit(
            provider.GetRequiredService<IConnectionMultiplexer>(),
            provider.GetRequiredService<ApiSettings>().RedisLimit,
            TimeProvider.System,
            provider.GetRequiredService<ILogger<RedisCircuit>>()));
        services.AddSingleton<CurrentJobs>();
        services.AddSingleton<JobLogReader>();
        services.AddSingleton<StreamSource>();
        services.AddSingleton<StreamLimits>();
        services.AddSingleton<SharedState>();
        services.AddSingleton<SharedStateReader>();
        services.AddSingleton<SharedReads>();
        services.AddSingleton<JobBroadcast>();
        services.AddHostedService<SharedStateUpdater>();
        services.AddScoped<CommandKey>();
        services.AddSingleton<GroupCommit>();
        services.AddScoped<CommandIntake>();
        services.AddSingleton<JobChangePublisher>();
        services.AddHostedService(provider => provider.GetRequiredService<JobChangePublisher>());
        services.AddScoped<EndUnstartedJobs>();
        services.AddScoped<CancelJob>();
        services.AddScoped<RetryTargets>();
        services.AddScoped<RetryJob>();
        services.AddScoped<RetryManyJobs>();
        services.AddScoped<PrioritizeJob>();
    }

    public static void MapJobs(this IEndpointRouteBuilder api)
    {
        var jobs = api.MapGroup("/jobs").WithTags("Jobs");
        var read = jobs.MapGroup("").RequireAuthorization(Permissions.ReadJobs);
        read.MapGet("", ListAsync).WithSummary("Jobs, newest first");
        read.MapGet("/{id:guid}", GetAsync).WithSummary("One job").Refuses(404);
        read.MapGet("/{id:guid}/log", LogAsync).WithSummary("The logs of its Proxmox tasks").Refuses(404);
        read.MapGet("/{id:guid}/events", FollowAsync).WithSummary("Follow one job: Server-Sent Events until it is over")
            .Produces<string>(200, "text/event-stream").Produces(204).Refuses(404, 429);
        read.MapGet("/events", FollowAllAsync).WithSummary("Follow all jobs that the caller may see: Server-Sent Events")
            .Produces<string>(200, "text/event-stream").Refuses(429);
        jobs.MapPost("/{id:guid}/cancel", CancelAsync).WithSummary("Cancel; what was made is undone")
            .RequireAuthorization(Permissions.CancelJobs).Refuses(404, 409).ChangeOnce(202);
        jobs.MapPost("/{id:guid}/retry", RetryAsync).WithSummary("Try a failed job again, from the step that failed; of a bulk job, all that failed")
            .RequireAuthorization(Permissions.RetryJobs).Refuses(404, 409).AcceptOnce();
        jobs.MapPost("/retry", RetryManyAsync).WithSummary("Try failed jobs again: those named, or those that fit; at most 500 a call, the oldest first")
            .RequireAuthorization(Permissions.RetryJobs).Refuses(413, 415).ChangeManyOnce();
        jobs.MapPost("/{id:guid}/priority", PrioritizeAsync).WithSummary("Move forward or back in the line; up to interactive for admins alone")
            .RequireAuthorization(Permissions.PrioritizeJobs).Refuses(404, 409, 413, 415).ChangeOnce(200);
    }

    private static async Task<Ok<ListEnvelope<JobView>>> ListAsync(
        [AsParameters] JobQuery query, PanelDb db, CurrentJobs live, CancellationToken cancellation)
    {
        var (filter, page) = query.Read();
        var (rows, next) = page.Cut(await filter.NewestAsync(db, page.After, page.Limit + 1, cancellation), job => job.Id);
        return Answers.List(await live.ViewAsync(rows), next);
    }

    private static async Task<Ok<Envelope<JobView>>> GetAsync(Guid id, PanelDb db, CurrentJobs live, CancellationToken cancellation) =>
        Answers.Ok(await live.ViewAsync(await FindAsync(db, id, cancellation)));

    private static async Task<Ok<Envelope<JobLog>>> LogAsync(
        Guid id,
        [FromQuery(Name = "lines"), Description("The last so many lines of each task; 500 if absent")] string? lines,
        PanelDb db,
        CurrentJobs live,
        JobLogReader logs,
        CancellationToken cancellation)
    {
        var most = (int)(Query.Checked(rules => QueryText.Integer("lines", lines, 1, MostLines, rules)) ?? DefaultLines);
        return Answers.Ok(await logs.ReadAsync(await live.ViewAsync(await FindAsync(db, id, cancellation)), most, cancellation));
    }

    private static async Task<Accepted<Envelope<JobView>>> CancelAsync(Guid id, CancelJob cancel, CancellationToken cancellation) =>
        Answers.Accepted(id, await cancel.CancelAsync(id, cancellation));

    private static async Task<Accepted<Envelope<JobAccepted>>> RetryAsync(Guid id, RetryJob retry, CancellationToken cancellation)
    {
        var job = (await retry.RetryAsync(id, cancellation))[0];
        return Answers.Accepted(id, new JobAccepted(id, job.Status));
    }

    private static async Task<Ok<Envelope<RetryResult>>> RetryManyAsync(Body<RetryRequest> body, RetryManyJobs retry, CancellationToken cancellation) =>
        Answers.Ok(await retry.RetryAsync(body.Checked(RetryManyJobs.Check), cancellation));

    private static async Task<Ok<Envelope<JobView>>> PrioritizeAsync(
        Guid id, Body<PriorityRequest> body, PrioritizeJob prioritize, CancellationToken cancellation)
    {
        var request = body.Checked((request, rules) => rules.Required("priority", request.Priority));
        return Answers.Ok(await prioritize.SetAsync(id, request.Priority!.Value, cancellation));
    }

    private static async Task FollowAsync(
        Guid id, HttpContext context, StreamSource source, JobBroadcast broadcast, StreamLimits limits, Caller caller)
    {
        using var place = limits.Enter(caller);
        if (await source.RowAsync(caller, id, context.RequestAborted) is null)
        {
            throw Problems.NotFound("job", id);
        }

        await new JobStream(source, broadcast, caller, id).RunAsync(context);
    }

    private static async Task FollowAllAsync(HttpContext context, StreamSource source, JobBroadcast broadcast, StreamLimits limits, Caller caller)
    {
        using var place = limits.Enter(caller);
        await new FeedStream(source, broadcast, caller).RunAsync(context);
    }

    private static async Task<Job> FindAsync(PanelDb db, Guid id, CancellationToken cancellation) =>
        await db.Jobs.AsNoTracking().SingleOrDefaultAsync(job => job.Id == id, cancellation) ?? throw Problems.NotFound("job", id);
}
