using BCrypt.Net;

namespace MultiPanel.Api.Auth;

/// <summary>bcrypt hashes: <c>$2a$</c>, <c>$2b$</c> and PHP's <c>$2y$</c>.</summary>
internal static class Passwords
{
    /// <summary>2^11 rounds, about 100 ms on a server core.</summary>
    private const int Cost = 11;

    /// <summary>Verified in place of an unknown user's hash, so that both take as long.</summary>
    private static readonly string Decoy = Hash("nobody");

    public static string Hash(string password) => BCrypt.Net.BCrypt.HashPassword(password, Cost);

    /// <param name="hash">Null: nobody's; as slow as a wrong one.</param>
    public static bool Verify(string password, string? hash)
    {
        try
        {
            return BCrypt.Net.BCrypt.Verify(password, hash ?? Decoy) && hash is not null;
        }
        catch (Exception unreadable) when (unreadable is SaltParseException or ArgumentException)
        {
            return BCrypt.Net.BCrypt.Verify(password, Decoy) && false;
        }
    }

    /// <summary>Made when computers were slower.</summary>
    public static bool IsWeak(string hash) => BCrypt.Net.BCrypt.PasswordNeedsRehash(hash, Cost);
}
