using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using MultiPanel.Simulator.Running;

namespace MultiPanel.Simulator.Http;

/// <summary>Answers as pve-http-server does: the error's first line is the reason phrase, errors close the connection.</summary>
internal static class ResponseWriter
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Body(object? data, int? total)
    {
        var body = new Dictionary<string, object?> { ["data"] = data };
        if (total is not null)
        {
            body["total"] = total;
        }

        return JsonSerializer.SerializeToUtf8Bytes(body, Json);
    }

    public static Task DataAsync(HttpContext context, byte[] body) => WriteAsync(context, 200, "OK", body, json: true);

    public static Task ErrorAsync(HttpContext context, PveException error)
    {
        if (error.EmptyBody)
        {
            return WriteAsync(context, error.Status, error.Message, [], json: false);
        }

        // 501's text alone has no line end.
        var body = new Dictionary<string, object?> { ["data"] = null, ["message"] = error.Status == 501 ? error.Message : error.Message + "\n" };
        if (error.Errors is not null)
        {
            body["errors"] = error.Errors;
        }

        return WriteAsync(context, error.Status, error.Message, JsonSerializer.SerializeToUtf8Bytes(body, Json), json: true);
    }

    public static Task TextAsync(HttpContext context, int status, string text) =>
        WriteAsync(context, status, text, Encoding.UTF8.GetBytes(text), json: false);

    public static Task EmptyAsync(HttpContext context, int status, string reason) => WriteAsync(context, status, reason, [], json: false);

    private static async Task WriteAsync(HttpContext context, int status, string reason, byte[] body, bool json)
    {
        var response = context.Response;
        response.StatusCode = status;
        context.Features.Get<IHttpResponseFeature>()!.ReasonPhrase = reason.Split('\n')[0];
        response.Headers.Server = "pve-api-daemon/3.0";
        response.Headers.CacheControl = "max-age=0";
        response.Headers.Pragma = "no-cache";
        response.Headers.Expires = DateTimeOffset.UtcNow.ToString("R", CultureInfo.InvariantCulture);
        response.ContentLength = body.Length;
        if (json)
        {
            response.ContentType = "application/json;charset=UTF-8";
        }

        if (status >= 400)
        {
            response.Headers.Connection = "close";
        }

        await response.Body.WriteAsync(body, context.RequestAborted);
    }
}
