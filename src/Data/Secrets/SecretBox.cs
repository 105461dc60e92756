using System.Security.Cryptography;
using System.Text;

namespace MultiPanel.Data.Secrets;

/// <summary>
/// Seals secrets at rest: AES-256-GCM, a fresh nonce each, the key's id in the record, so that keys can rotate: of several
/// keys the first one seals and all of them open. <c>Api rotate-secrets</c> seals again what an old one has sealed.
/// </summary>
public sealed class SecretBox
{
    private const int NonceSize = 12, TagSize = 16;

    private readonly IReadOnlyList<(string Id, byte[] Key)> keys;

    private SecretBox(IReadOnlyList<(string, byte[])> keys) => this.keys = keys;

    /// <param name="setting">Base64 of 32 random bytes; several separated by commas.</param>
    public static bool TryParse(string setting, out SecretBox? box, out string? problem)
    {
        (box, problem) = (null, null);
        var keys = new List<(string, byte[])>();
        foreach (var text in setting.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var key = new byte[32];
            if (!Convert.TryFromBase64String(text, key, out var length) || length != 32)
            {
                problem = "must be base64 of 32 random bytes (openssl rand -base64 32), or several of them separated by commas";
                return false;
            }

            keys.Add((Convert.ToHexStringLower(SHA256.HashData(key))[..8], key));
        }

        if (keys.Count == 0)
        {
            problem = "is empty; it must be base64 of 32 random bytes (openssl rand -base64 32)";
            return false;
        }

        box = new SecretBox(keys);
        return true;
    }

    /// <returns><c>v1:{key id}:{base64 of nonce, tag and ciphertext}</c></returns>
    public string Seal(string secret)
    {
        var (id, key) = keys[0];
        var plain = Encoding.UTF8.GetBytes(secret);
        var sealedBytes = new byte[NonceSize + TagSize + plain.Length];
        var nonce = sealedBytes.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagSize);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceSize + TagSize), sealedBytes.AsSpan(NonceSize, TagSize));
        return $"v1:{id}:{Convert.ToBase64String(sealedBytes)}";
    }

    /// <summary>Sealed with the key that seals now.</summary>
    public bool IsCurrent(string text) => text.StartsWith($"v1:{keys[0].Id}:", StringComparison.Ordinal);

    /// <exception cref="CryptographicException">Sealed with a key that is not configured, or altered.</exception>
    public string Open(string text)
    {
        var parts = text.Split(':');
        if (parts is not ["v1", var id, var payload])
        {
            throw new CryptographicException("This is no sealed secret.");
        }

        var key = keys.FirstOrDefault(k => k.Id == id).Key
            ?? throw new CryptographicException($"The secret was sealed with key {id}, which neither ENCRYPTION_KEY nor ENCRYPTION_KEYS_OLD holds.");
        var bytes = Convert.FromBase64String(payload);
        var plain = new byte[bytes.Length - NonceSize - TagSize];
        using var aes = new AesGcm(key, TagSize);
        aes.Decrypt(bytes.AsSpan(0, NonceSize), bytes.AsSpan(NonceSize + TagSize), bytes.AsSpan(NonceSize, TagSize), plain);
        return Encoding.UTF8.GetString(plain);
    }
}
