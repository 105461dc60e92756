using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MultiPanel.Api.Idempotency;

/// <summary>What distinguishes one command from another: method, path, query and body. How the JSON is laid out does not matter.</summary>
internal static class RequestFingerprint
{
    /// <summary>Reads the body, and leaves it to be read again.</summary>
    public static async Task<string> OfAsync(HttpRequest request, CancellationToken cancellation)
    {
        var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellation);
        body.Position = 0;
        request.Body = body;
        return Hash([.. Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n"), .. Canonical(body.ToArray())]);
    }

    public static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>What is no JSON stays as it is; its endpoint refuses it.</summary>
    internal static byte[] Canonical(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            using var sorted = new MemoryStream();
            using (var writer = new Utf8JsonWriter(sorted))
            {
                Write(json.RootElement, writer);
            }

            return sorted.ToArray();
        }
        catch (Exception none) when (none is JsonException or InvalidOperationException or ArgumentException)
        {
            return body;
        }
    }

    private static void Write(JsonElement element, Utf8JsonWriter writer)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(member.Name);
                    Write(member.Value, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(item, writer);
                }

                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
