using System.Text.Json;
using MultiPanel.Proxmox.Http;

namespace MultiPanel.Proxmox.Agent;

/// <summary>A user signed in to the guest.</summary>
/// <param name="Domain">Of a Windows account.</param>
/// <param name="LoginTime">The earliest sign-in.</param>
public sealed record GuestUser(string User, string? Domain, DateTimeOffset? LoginTime)
{
    internal static GuestUser From(JsonElement row) => new(
        row.Text("user") ?? "",
        row.Text("domain"),
        row.Double("login-time") is { } seconds ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000)) : null);
}
