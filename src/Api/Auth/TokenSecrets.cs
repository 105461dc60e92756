using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MultiPanel.Api.Auth;

/// <summary>API tokens as they are shown: <c>mp_</c> and 256 random bits.</summary>
internal static class TokenSecrets
{
    /// <summary>Distinguishes them from access tokens, and lets secret scanners recognize them.</summary>
    public const string Prefix = "mp_";

    private const int Shown = 9;

    public static string Make() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>Enough to recognise it, far from enough to guess it.</summary>
    public static string Start(string token) => token[..Shown];
}
