using MultiPanel.Api.Http;

namespace MultiPanel.Api.Auth;

internal static class CallerExtensions
{
    /// <exception cref="ProblemException">403: a service's token, which is no user's.</exception>
    public static int RequireUser(this Caller caller) =>
        caller.UserId ?? throw Problems.Forbidden("This is for users; the token is a service's, which has no account here.");

    /// <summary>Where the request comes from: behind a trusted proxy what that says, else the connection's other end.</summary>
    public static string ClientAddress(this HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        return (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString() ?? "";
    }
}
