using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using MultiPanel.Simulator.Running;

namespace MultiPanel.Simulator.Http;

/// <summary>Takes parameters from query and body under the rules of pve-http-server.</summary>
internal static class RequestReader
{
    private const int LargestBody = 512 * 1024;

    /// <summary>What pve-http-server refuses before it looks at anything else; its text is the body, without JSON.</summary>
    public static string? RefusalBeforeSignIn(HttpRequest request) =>
        request.Headers.TransferEncoding.ToString().Contains("chunked", StringComparison.OrdinalIgnoreCase)
            ? "chunked transfer encoding not supported"
            : null;

    public static string? Refusal(HttpRequest request)
    {
        if (request.ContentLength is not > 0)
        {
            return null;
        }

        if (request.Method is not ("PUT" or "POST"))
        {
            return $"Unexpected content for method '{request.Method}'";
        }

        if (request.ContentLength > LargestBody)
        {
            return "for data too large";
        }

        return MediaType(request) is "" or "application/x-www-form-urlencoded" or "application/json"
            ? null
            : $"upload 'Content-Type '{request.ContentType}' not implemented";
    }

    public static async Task<Dictionary<string, List<string>>> ReadAsync(HttpRequest request)
    {
        var given = new Dictionary<string, List<string>>();
        foreach (var (name, values) in QueryHelpers.ParseQuery(request.QueryString.Value))
        {
            given[name] = [.. values.Select(value => value ?? "")];
        }

        if (request.ContentLength is > 0)
        {
            using var reader = new StreamReader(request.Body, Encoding.UTF8);
            var body = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
            if (MediaType(request) == "application/json")
            {
                ReadJson(body, given);
            }
            else
            {
                foreach (var (name, values) in QueryHelpers.ParseQuery(body))
                {
                    given[name] = [.. values.Select(value => value ?? "")];
                }
            }
        }

        return given;
    }

    private static void ReadJson(string body, Dictionary<string, List<string>> given)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                given[property.Name] = property.Value.ValueKind == JsonValueKind.Array
                    ? [.. property.Value.EnumerateArray().Select(AsText)]
                    : [AsText(property.Value)];
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new PveException("malformed JSON string, neither tag, array, object, number, string or atom, at character offset 0", 400);
        }
    }

    private static string AsText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => "1",
        JsonValueKind.False => "0",
        JsonValueKind.Null => "",
        _ => value.GetRawText(),
    };

    private static string MediaType(HttpRequest request) => (request.ContentType ?? "").Split(';')[0].Trim();
}
