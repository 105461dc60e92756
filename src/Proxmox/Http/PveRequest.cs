using System.Net.Sockets;
using System.Net.WebSockets;
using MultiPanel.Proxmox.Errors;

namespace MultiPanel.Proxmox.Http;

/// <summary>A call as HTTP.</summary>
internal static class PveRequest
{
    private const string Api = "/api2/json";

    /// <exception cref="ArgumentException">There is none, or one would send the credential in clear over a network.</exception>
    public static IReadOnlyList<Uri> Bases(IReadOnlyList<Uri> endpoints)
    {
        if (endpoints.Count == 0)
        {
            throw new ArgumentException("A connection needs an endpoint.", nameof(endpoints));
        }

        foreach (var endpoint in endpoints)
        {
            if (!endpoint.IsAbsoluteUri || !(endpoint.Scheme == Uri.UriSchemeHttps || (endpoint.Scheme == Uri.UriSchemeHttp && endpoint.IsLoopback)))
            {
                throw new ArgumentException($"{endpoint} must be https; http is for a loopback address alone.", nameof(endpoints));
            }
        }

        return [.. endpoints.Select(endpoint => new Uri(endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/') is var path && path.EndsWith(Api, StringComparison.Ordinal)
            ? path
            : path + Api))];
    }

    /// <summary>
    /// POST and PUT have a form with its length, be it empty: pveproxy refuses chunked bodies. DELETE must not have a body.
    /// </summary>
    public static HttpRequestMessage Of(PveCall call, Pass pass, Uri endpoint)
    {
        var request = new HttpRequestMessage(call.Method, call.HasBody ? Address(endpoint, call, null) : Address(endpoint, call, call.Parameters))
        {
            Content = call.HasBody ? new FormUrlEncodedContent(call.Parameters ?? []) : null,
        };
        foreach (var (name, value) in pass.Headers(call.Changes))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    public static async Task<WebSocket> OpenSocketAsync(PveCall call, Pass pass, Uri endpoint, PveLine line, CancellationToken ct)
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.AddSubProtocol("binary");
            socket.Options.CollectHttpResponseDetails = true;
            foreach (var (name, value) in pass.Headers(changes: false))
            {
                socket.Options.SetRequestHeader(name, value);
            }

            var address = new UriBuilder(Address(endpoint, call, call.Parameters)) { Scheme = endpoint.Scheme == Uri.UriSchemeHttps ? "wss" : "ws" };
            await socket.ConnectAsync(address.Uri, line.Invoker, ct);
            return socket;
        }
        catch (WebSocketException) when ((int)socket.HttpStatusCode >= 300)
        {
            var status = (int)socket.HttpStatusCode;
            socket.Dispose();
            throw PveErrors.OfAnswer(call.Fault($"No console: {status}.") with { Status = status });
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether a pooled connection was never made, so that nothing was sent.</summary>
    public static bool NeverConnected(Exception failure) => failure switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } => true,
        OperationCanceledException { InnerException: TimeoutException } => true, // ConnectTimeout
        _ => failure.GetBaseException() is SocketException { SocketErrorCode: SocketError.ConnectionRefused },
    };

    private static Uri Address(Uri endpoint, PveCall call, PveForm? query)
    {
        var text = string.Join('&', (query ?? []).Select(field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value)}"));
        return new Uri($"{endpoint}/{call.Path}{(text.Length == 0 ? "" : "?")}{text}");
    }
}
