using System.Net;
using Microsoft.AspNetCore.Diagnostics;
using MultiPanel.Gateway.Http;
using MultiPanel.Gateway.MainPanel;
using Yarp.ReverseProxy.Forwarder;

namespace MultiPanel.Gateway.PassThrough;

/// <summary>Sends a caller's request on to the main panel and its answer back, as it comes.</summary>
internal sealed class PanelForwarder(IHttpForwarder forwarder, PanelConnection panel, ILogger<PanelForwarder> log)
{
    /// <summary>Longer than the main panel itself waits for a cluster that it has to ask.</summary>
    private static readonly ForwarderRequestConfig Answered = new()
    {
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        ActivityTimeout = TimeSpan.FromSeconds(60),
    };

    /// <summary>Events and consoles may be silent for as long as they like.</summary>
    private static readonly ForwarderRequestConfig Streamed = Answered with { ActivityTimeout = Timeout.InfiniteTimeSpan };

    public async Task PassAsync(HttpContext context, Passage passage)
    {
        if (Refuse(context.Request, passage) is { } refusal)
        {
            await refusal.WriteAsync(context);
            return;
        }

        // An answer without a body is the main panel's to give.
        context.Features.Get<IStatusCodePagesFeature>()?.Enabled = false;

        var isStream = passage.IsConsole || context.Request.Path.Value!.EndsWith("/events", StringComparison.Ordinal);
        var error = await forwarder.SendAsync(
            context, panel.Prefix, panel.Messages, isStream ? Streamed : Answered, new PanelTransformer(panel, passage));
        if (error == ForwarderError.None || context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        var failure = context.GetForwarderErrorFeature()?.Exception;
        var problem = error == ForwarderError.RequestBodyClient
            ? PanelFailure.UnreadableBody(failure)
            : PanelFailure.Explain(failure, changes: !HttpMethods.IsGet(context.Request.Method));
        log.Log(
            error == ForwarderError.RequestBodyClient ? LogLevel.Debug : LogLevel.Warning,
            "{Method} {Path}: {Error}, {Code}: {Why}", context.Request.Method, context.Request.Path, error, problem.Code, problem.Internals ?? failure?.Message);
        if (!context.Response.HasStarted)
        {
            context.Response.Clear();
            await problem.WriteAsync(context);
        }
    }

    private static Problem? Refuse(HttpRequest request, Passage passage)
    {
        var upgrades = string.Equals(request.Headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase);
        return (passage, request) switch
        {
            _ when !PlainPath.Is(request.Path.Value ?? "") => Problem.Bare(StatusCodes.Status404NotFound),
            _ when request.ContentLength > HttpEdge.LargestBody => Problem.Bare(StatusCodes.Status413PayloadTooLarge),
            ({ IsConsole: true }, _) when !upgrades => new Problem(400, "websocket_expected", "This address takes WebSockets alone."),
            ({ IsConsole: true }, _) when request.Query["ticket"].Count != 1 => Problem.Bare(StatusCodes.Status401Unauthorized),
            ({ IsConsole: false }, _) when upgrades => new Problem(400, "no_websocket", "This address takes no WebSockets."),
            _ => null,
        };
    }
}
