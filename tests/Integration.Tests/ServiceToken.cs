using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MultiPanel.Integration.Tests;

/// <summary>The gateway's own token, as an operator makes it without any code of ours.</summary>
internal static class ServiceToken
{
    public static string Make(string secret)
    {
        var now = DateTimeOffset.UtcNow;
        var claims = new { sub = 1, username = "system", role = "super_admin", company_id = (int?)null, iat = now.ToUnixTimeSeconds(), exp = now.AddDays(1).ToUnixTimeSeconds() };
        var text = $"{Part(new { alg = "HS256", typ = "JWT" })}.{Part(claims)}";
        return $"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(text)))}";
    }

    private static string Part(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
