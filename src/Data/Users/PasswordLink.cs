using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MultiPanel.Data.Users;

/// <summary>
/// The secret of a link by which a user sets the password: 256 random bits. Only its hash is kept, in the user's row, so a
/// newer link takes the place of the older one.
/// </summary>
public static class PasswordLink
{
    /// <summary>For one who forgot it and is waiting for the mail.</summary>
    public static readonly TimeSpan ResetLife = TimeSpan.FromHours(1);

    /// <summary>For one who is new and may read it after the weekend.</summary>
    public static readonly TimeSpan WelcomeLife = TimeSpan.FromHours(72);

    public static string Make() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
