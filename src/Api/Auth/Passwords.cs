using System.Globalization;
using System.Text.RegularExpressions;

namespace MultiPanel.Api.Auth;

/// <summary>
/// bcrypt hashes: <c>$2a$</c>, <c>$2b$</c> and PHP's <c>$2y$</c>. A failed check always costs the same rounds, whether the
/// hash is strong, weak or of no user, so that the time reveals nothing. Hashes of another cost than ours, also a higher one, are
/// replaced at their next sign-in: one that takes longer would reveal that its user exists. They run on
/// <see cref="PasswordThreads"/>.
/// </summary>
internal sealed partial class Passwords(PasswordThreads threads, ApiSettings settings)
{
    /// <summary>bcrypt looks at no more than 72 bytes; what has fewer than 8 characters is guessed.</summary>
    public const int Shortest = 8, LongestBytes = 72;

    /// <summary>2^12 rounds, about 200 ms on a server core; what PHP 8.4 makes too.</summary>
    public const int UsualCost = 12;

    private const int LeastCost = 4;

    private long checks;
    private long rounds;

    /// <summary>How many passwords were checked so far.</summary>
    public long Checks => Interlocked.Read(ref checks);

    /// <summary>What all checks have cost together.</summary>
    public long Rounds => Interlocked.Read(ref rounds);

    private int Cost => settings.PasswordCost;

    public string Hash(string password) => BCrypt.Net.BCrypt.HashPassword(password, Cost);

    public Task<string> HashAsync(string password, CancellationToken cancellation) => threads.RunAsync(0, () => Hash(password), cancellation);

    /// <param name="hash">Null: there is no such user; as slow as a wrong password.</param>
    /// <param name="failures">How often this client has failed recently; a client that has failed less goes first.</param>
    public Task<bool> VerifyAsync(string password, string? hash, int failures, CancellationToken cancellation) =>
        threads.RunAsync(failures, () => Verify(password, hash), cancellation);

    /// <summary>Made when computers were slower, or by another program.</summary>
    public bool IsOutdated(string hash) => CostOf(hash) is { } cost && cost != Cost;

    private bool Verify(string password, string? hash)
    {
        Interlocked.Increment(ref checks);
        if (hash is null || CostOf(hash) is not { } cost)
        {
            Spend(password, Decoy(Cost), Cost);
            return false;
        }

        if (Spend(password, hash, cost))
        {
            return true;
        }

        // 2^c + 2^c + 2^(c+1) + … + 2^11 are 2^12: together as long as one of ours.
        for (var rest = cost; rest < Cost; rest++)
        {
            Spend(password, Decoy(rest), rest);
        }

        return false;
    }

    private bool Spend(string password, string hash, int cost)
    {
        Interlocked.Add(ref rounds, 1L << cost);
        return BCrypt.Net.BCrypt.Verify(password, hash);
    }

    /// <summary>No password has this hash.</summary>
    private static string Decoy(int cost) => $"$2b${cost:00}${new string('.', 53)}";

    private static int? CostOf(string hash) =>
        Bcrypt().Match(hash) is { Success: true } match
        && int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) is var cost and >= LeastCost and <= 31
            ? cost
            : null;

    [GeneratedRegex(@"\A\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}\z")]
    private static partial Regex Bcrypt();
}
