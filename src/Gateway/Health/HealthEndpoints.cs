using System.Reflection;
using MultiPanel.Contracts.Health;
using MultiPanel.Contracts.Http;
using MultiPanel.Gateway.MainPanel;

namespace MultiPanel.Gateway.Health;

internal static class HealthEndpoints
{
    private static readonly string Version =
        typeof(HealthEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/health", () => TypedResults.Ok(new Envelope<HealthView>(new HealthView("ok", Version))));
        app.MapGet("/api/health/ready", ReadyAsync);
    }

    private static async Task ReadyAsync(HttpContext context, PanelProbe probe)
    {
        var sight = await probe.LookAsync(context.RequestAborted);
        await (sight.Problem is { } problem
            ? (problem with { Status = StatusCodes.Status503ServiceUnavailable, Dependencies = sight.Dependencies }).WriteAsync(context)
            : TypedResults.Ok(new Envelope<ReadyView>(new ReadyView(ReadyStatus.Ready, sight.Dependencies))).ExecuteAsync(context));
    }
}
