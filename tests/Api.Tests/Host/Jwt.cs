using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MultiPanel.Api.Tests.Host;

/// <summary>Tokens as another library makes them: nothing here is the API's own code.</summary>
public static class Jwt
{
    public const string Secret = "a-secret-of-the-tests-with-more-than-32-bytes";

    public static string Make(object claims, string secret = Secret, string algorithm = "HS256")
    {
        var head = Part(new { alg = algorithm, typ = "JWT" });
        var body = Part(claims);
        var text = Encoding.ASCII.GetBytes($"{head}.{body}");
        var key = Encoding.UTF8.GetBytes(secret);
        var signature = algorithm switch
        {
            "HS256" => HMACSHA256.HashData(key, text),
            "HS384" => HMACSHA384.HashData(key, text),
            "HS512" => HMACSHA512.HashData(key, text),
            _ => [],
        };
        return $"{head}.{body}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>HS256 over exactly this text.</summary>
    public static string Sign(string head, string claims)
    {
        var text = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(head))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        return $"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.ASCII.GetBytes(text)))}";
    }

    private static string Part(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
