using System.Text.Json;
using MultiPanel.Proxmox.Http;

namespace MultiPanel.Proxmox.Agent;

/// <summary>A user signed in to the guest.</summary>
/// <param name="Domain">Of a Windows account.</param>
/// <param name="LoginTime">The earliest sign-in.</param>
public sealed record GuestUser(string User, string? Domain, DateTimeOffset? LoginTime)
{
    /// <summary>The year 9999, in seconds since 1970: a guest may say anything.</summary>
    private const double Latest = 253_402_300_799;

    internal static GuestUser From(JsonElement row) => new(
        row.Text("user") ?? "",
        row.Text("domain"),
        row.Double("login-time") is { } seconds and > 0 and < Latest ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000)) : null);
}
