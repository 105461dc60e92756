using System.Net;
using MultiPanel.Gateway.MainPanel;
using Yarp.ReverseProxy.Forwarder;

namespace MultiPanel.Gateway.PassThrough;

/// <summary>What of a request the main panel gets to see, and what of its answer the caller.</summary>
internal sealed class PanelTransformer(PanelConnection panel, Passage passage) : HttpTransformer
{
    private static readonly HashSet<string> Asked = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept", "Accept-Language", "Authorization", "Idempotency-Key", "If-Match", "If-None-Match", "Last-Event-ID", "Origin", "User-Agent",
        // The forwarder's own, for a WebSocket; what the client had of these it has taken out.
        "Connection", "Upgrade", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions",
    };

    private static readonly HashSet<string> AskedOfBody = new(StringComparer.OrdinalIgnoreCase) { "Content-Type", "Content-Length" };

    /// <summary>Of the main panel's host, not of this one; and no cookies at all.</summary>
    private static readonly string[] Unanswered = ["Server", "X-Powered-By", "Alt-Svc", "Strict-Transport-Security", "Set-Cookie", "Clear-Site-Data"];

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        var request = httpContext.Request;
        proxyRequest.RequestUri = RequestUtilities.MakeDestinationAddress(destinationPrefix, passage.To ?? request.Path, request.QueryString);
        Keep(proxyRequest.Headers, Asked);
        if (proxyRequest.Content is { } body)
        {
            Keep(body.Headers, AskedOfBody);
        }

        if (passage.SignsIn || passage.IsConsole)
        {
            proxyRequest.Headers.Authorization = null;
        }

        proxyRequest.Headers.Host = null;
        proxyRequest.Headers.TryAddWithoutValidation(
            "X-Forwarded-For", string.Join(", ", [.. request.Headers["X-Forwarded-For"].OfType<string>(), Caller(httpContext)]));
        proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-Proto", request.Scheme);
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is not null && IsSomebodyElses(proxyResponse))
        {
            await PanelFailure.Unreachable(
                $"The host of the main panel answers, but the panel behind it does not (status {(int)proxyResponse.StatusCode}). Try again shortly.").WriteAsync(httpContext);
            return false;
        }

        var passes = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        var headers = httpContext.Response.Headers;
        foreach (var name in Unanswered)
        {
            headers.Remove(name);
        }

        if (Uri.TryCreate(headers.Location, UriKind.Absolute, out var location) && location.Authority == panel.Base.Authority)
        {
            headers.Location = location.PathAndQuery;
        }

        return passes;
    }

    /// <summary>A proxy's before the main panel: the panel itself says what is wrong in JSON.</summary>
    private static bool IsSomebodyElses(HttpResponseMessage answer) =>
        answer.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
        && answer.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.OrdinalIgnoreCase) != true;

    private static void Keep(System.Net.Http.Headers.HttpHeaders headers, HashSet<string> wanted)
    {
        foreach (var name in headers.NonValidated.Select(header => header.Key).Where(name => !wanted.Contains(name)).ToList())
        {
            headers.Remove(name);
        }
    }

    private static string Caller(HttpContext context) => context.Connection.RemoteIpAddress switch
    {
        null => "unknown",
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
        var address => address.ToString(),
    };
}
