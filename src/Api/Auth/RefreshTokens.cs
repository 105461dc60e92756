using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MultiPanel.Api.Auth;

/// <summary>
/// Makes and reads refresh tokens: the sign-in's id, 256 random bits, and an HMAC-SHA-256 of both under
/// <c>JWT_REFRESH_SECRET</c>. One that bears our HMAC but is not the sign-in's newest was used before.
/// </summary>
internal sealed class RefreshTokens(ApiSettings settings)
{
    private const int IdSize = 16, RandomSize = 32, MacSize = 32;

    private readonly byte[] key = Encoding.UTF8.GetBytes(settings.RefreshSecret);

    public string Make(Guid session)
    {
        var token = new byte[IdSize + RandomSize + MacSize];
        session.TryWriteBytes(token);
        RandomNumberGenerator.Fill(token.AsSpan(IdSize, RandomSize));
        HMACSHA256.HashData(key, token.AsSpan(0, IdSize + RandomSize), token.AsSpan(IdSize + RandomSize));
        return Base64Url.EncodeToString(token);
    }

    /// <returns>Whose it is; null: we have not made it.</returns>
    public Guid? Read(string text)
    {
        var token = new byte[IdSize + RandomSize + MacSize];
        if (text.Length != Base64Url.GetEncodedLength(token.Length)
            || !Base64Url.IsValid(text)
            || Base64Url.DecodeFromChars(text, token) != token.Length)
        {
            return null;
        }

        Span<byte> mac = stackalloc byte[MacSize];
        HMACSHA256.HashData(key, token.AsSpan(0, IdSize + RandomSize), mac);
        return CryptographicOperations.FixedTimeEquals(mac, token.AsSpan(IdSize + RandomSize)) ? new Guid(token.AsSpan(0, IdSize)) : null;
    }

    /// <summary>How it is stored.</summary>
    public string Hash(string token) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(token)));
}
