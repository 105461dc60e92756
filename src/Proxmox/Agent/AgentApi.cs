using System.Text.Json;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Http;

namespace MultiPanel.Proxmox.Agent;

/// <summary>
/// The guest agent. One that is not running takes 3 s to say so and holds one of the node's few workers meanwhile: ask
/// sparingly. It stops answering while the guest reboots.
/// </summary>
public sealed class AgentApi
{
    /// <summary>A guest may say anything, and at any length.</summary>
    private const long MostBytes = 1 << 20;

    private readonly PveTransport transport;

    internal AgentApi(PveTransport transport) => this.transport = transport;

    /// <returns>True when it answered, false when it is not running.</returns>
    /// <exception cref="PveAgentException">The VM has no agent configured.</exception>
    public async Task<bool> PingAsync(string node, int vmid, CancellationToken ct = default)
    {
        try
        {
            await transport.SendAsync(new PveCall(HttpMethod.Post, PvePath.Qemu(node, vmid, "agent", "ping"), []) { Repeatable = true, HasEffect = false }, ct);
            return true;
        }
        catch (PveAgentException refusal) when (refusal.Problem == AgentProblem.NotRunning)
        {
            return false;
        }
    }

    public async Task<IReadOnlyList<GuestInterface>> NetworkInterfacesAsync(string node, int vmid, CancellationToken ct = default)
    {
        var result = await AskAsync(node, vmid, "network-get-interfaces", ct);
        return [.. result.Rows().Select(GuestInterface.From)];
    }

    public async Task<GuestOsInfo> OsInfoAsync(string node, int vmid, CancellationToken ct = default) =>
        GuestOsInfo.From(await AskAsync(node, vmid, "get-osinfo", ct));

    public async Task<IReadOnlyList<GuestUser>> UsersAsync(string node, int vmid, CancellationToken ct = default)
    {
        var result = await AskAsync(node, vmid, "get-users", ct);
        return [.. result.Rows().Select(GuestUser.From)];
    }

    private async Task<JsonElement> AskAsync(string node, int vmid, string command, CancellationToken ct) =>
        (await transport.SendAsync(new PveCall(HttpMethod.Get, PvePath.Qemu(node, vmid, "agent", command), null) { MostBytes = MostBytes }, ct)).Data.Field("result");
}
