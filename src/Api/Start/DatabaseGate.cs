using MultiPanel.Api.Http;

namespace MultiPanel.Api.Start;

/// <summary>Refuses, with the reason, what needs a database that is not ready.</summary>
internal sealed class DatabaseGate(RequestDelegate next, DatabaseState state)
{
    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path;
        return state.Problem is { } problem && path.StartsWithSegments("/api") && !path.StartsWithSegments("/api/health") && !path.StartsWithSegments("/api/docs")
            ? throw Problems.NoDatabase(problem)
            : next(context);
    }
}
