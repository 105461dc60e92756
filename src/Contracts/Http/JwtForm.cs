using System.Buffers.Text;
using System.Text.Json;

namespace MultiPanel.Contracts.Http;

/// <summary>
/// What must hold of a JSON Web Token before its signature is looked at, and which the library lets pass: the API and the gateway refuse
/// the same tokens. What is said about a token's form tells its holder nothing that is not in it.
/// </summary>
public static class JwtForm
{
    /// <summary>The end of the year 9999: what is later was counted in milliseconds.</summary>
    private const long Latest = 253_402_300_799;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    private static readonly string[] Times = ["exp", "nbf", "iat"];

    /// <returns>A sentence that says what is wrong; null: nothing.</returns>
    public static string? Problem(string token)
    {
        if (token.Split('.') is not [var head, var claims, _] || Read(head) is not { } header || Read(claims) is not { } payload)
        {
            return "The token is not a well-formed JSON Web Token.";
        }

        using (header)
        using (payload)
        {
            return HeaderProblem(header.RootElement) ?? PayloadProblem(payload.RootElement);
        }
    }

    private static string? HeaderProblem(JsonElement header) =>
        header.TryGetProperty("crit", out _) ? "The token's header has crit, which asks for extensions that are not known here (RFC 7515, 4.1.11)."
        : header.TryGetProperty("alg", out var algorithm) && algorithm.ValueKind == JsonValueKind.String && algorithm.ValueEquals("HS256") ? null
        : "The token is not signed with HS256.";

    private static string? PayloadProblem(JsonElement payload)
    {
        foreach (var name in Times)
        {
            // RFC 7519, 2: a NumericDate is a JSON number of seconds.
            if (payload.TryGetProperty(name, out var time) && !(time.ValueKind == JsonValueKind.Number && time.TryGetDouble(out var seconds) && seconds is >= 0 and <= Latest))
            {
                return $"The token's {name} must be a number of seconds since 1970.";
            }
        }

        return payload.TryGetProperty("exp", out _) ? null : "The token's exp is missing: it would never end.";
    }

    private static JsonDocument? Read(string part)
    {
        try
        {
            var document = JsonDocument.Parse(Base64Url.DecodeFromChars(part), Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
            return null;
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException)
        {
            return null;
        }
    }
}
