using MultiPanel.Api.Http;
using Network = MultiPanel.Contracts.Http.ClientNetwork;

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

    /// <summary>What limits count by; the audit log has the whole address.</summary>
    public static string ClientNetwork(this HttpContext context) => Network.Of(context.Connection.RemoteIpAddress);
}
