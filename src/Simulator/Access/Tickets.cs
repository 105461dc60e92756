using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Access;

/// <summary>Makes and checks tickets (two hours), CSRF tokens and API tokens.</summary>
internal sealed class Tickets(Cluster cluster)
{
    private const int LifetimeSeconds = 7200;

    /// <summary>Proxmox answers failed sign-ins after 3 s.</summary>
    private static readonly TimeSpan FailureDelay = TimeSpan.FromSeconds(3);

    public static PveException Failure(string text) => new(text, 401) { After = FailureDelay, EmptyBody = true };

    public string Issue(string user, string kind = "PVE", string? bound = null)
    {
        var plain = string.Create(CultureInfo.InvariantCulture, $"{kind}:{(kind == "PVE" ? user + ":" : "")}{cluster.Now.ToUnixTimeSeconds():X8}");
        return $"{plain}::{Sign(plain + bound, longer: true)}";
    }

    public string CsrfToken(string user)
    {
        var time = cluster.Now.ToUnixTimeSeconds().ToString("X8", CultureInfo.InvariantCulture);
        return $"{time}:{Sign($"csrf:{time}:{user}", longer: false)}";
    }

    /// <summary>The user that a password or a ticket given as password stands for; null when it is wrong.</summary>
    public bool Verify(UserState user, string password) =>
        user.Enabled && !IsExpired(user.Expire)
        && (password == (user.Id == "root@pam" ? cluster.State.RootPassword : user.Password) || UserOf(password) == user.Id);

    public Caller SignIn(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        if (authorization.StartsWith("PVEAPIToken=", StringComparison.Ordinal))
        {
            return SignInByToken(authorization["PVEAPIToken=".Length..]);
        }

        if (!request.Cookies.TryGetValue("PVEAuthCookie", out var cookie) || cookie.Length == 0)
        {
            throw Failure("No ticket");
        }

        var user = UserOf(Uri.UnescapeDataString(cookie)) ?? throw Failure("Authentication failed!");
        if (!cluster.State.Users.TryGetValue(user, out var known) || !known.Enabled || IsExpired(known.Expire))
        {
            throw Failure("Authentication failed!");
        }

        if (request.Method != "GET" && !IsCsrfToken(user, request.Headers["CSRFPreventionToken"].ToString()))
        {
            throw Failure("Permission denied - invalid csrf token");
        }

        return new Caller(user);
    }

    private Caller SignInByToken(string text)
    {
        if (text.Split('=', 2) is [var id, var secret]
            && id.Split('!', 2) is [var user, var name]
            && cluster.State.Users.TryGetValue(user, out var owner) && owner.Enabled && !IsExpired(owner.Expire)
            && owner.Tokens.TryGetValue(name, out var token) && token.Secret == secret && !IsExpired(token.Expire))
        {
            return new Caller(id);
        }

        throw Failure("Authentication failed!");
    }

    private string? UserOf(string ticket)
    {
        if (ticket.Split("::", 2) is not [var plain, var signature] || plain.Split(':') is not ["PVE", var user, var time])
        {
            return null;
        }

        return IsFresh(time) && signature == Sign(plain, longer: true) ? user : null;
    }

    private bool IsCsrfToken(string user, string token) =>
        token.Split(':', 2) is [var time, var signature] && IsFresh(time) && signature == Sign($"csrf:{time}:{user}", longer: false);

    private bool IsFresh(string time) =>
        long.TryParse(time, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var seconds)
        && cluster.Now.ToUnixTimeSeconds() - seconds is > -300 and < LifetimeSeconds;

    private bool IsExpired(long expire) => expire > 0 && expire < cluster.Now.ToUnixTimeSeconds();

    private string Sign(string text, bool longer)
    {
        var key = Encoding.UTF8.GetBytes(cluster.State.TicketSecret);
        var data = Encoding.UTF8.GetBytes(text);
        return longer ? Convert.ToBase64String(HMACSHA512.HashData(key, data)) : Convert.ToBase64String(HMACSHA256.HashData(key, data)).TrimEnd('=');
    }
}
