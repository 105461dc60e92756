using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MultiPanel.Gateway.Tests.Host;

/// <summary>Tokens as another library makes them: nothing here is the gateway's own code.</summary>
internal static class Jwt
{
    public const string Secret = "a-secret-of-the-tests-with-more-than-32-bytes";

    public static string Valid { get; } = Make(new { sub = 7, username = "anna", role = "operator", exp = In(hours: 1) });

    public static long In(int hours) => DateTimeOffset.UtcNow.AddHours(hours).ToUnixTimeSeconds();

    public static string Make(object claims, string secret = Secret, string algorithm = "HS256")
    {
        var text = $"{Part(new { alg = algorithm, typ = "JWT" })}.{Part(claims)}";
        var (key, bytes) = (Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(text));
        var signature = algorithm switch
        {
            "HS256" => HMACSHA256.HashData(key, bytes),
            "HS512" => HMACSHA512.HashData(key, bytes),
            _ => [],
        };
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Part(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
