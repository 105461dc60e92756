using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Http;

namespace MultiPanel.Proxmox.Access;

/// <summary>Who the client is to Proxmox and what it may do.</summary>
public sealed class AccessApi
{
    private readonly PveTransport transport;

    internal AccessApi(PveTransport transport) => this.transport = transport;

    /// <summary>Privileges by ACL path, as they are in force for the credential.</summary>
    /// <param name="path">One path alone, as in <c>/vms/100</c>; null for all that have any.</param>
    public async Task<IReadOnlyDictionary<string, IReadOnlySet<string>>> PermissionsAsync(string? path = null, CancellationToken ct = default)
    {
        var answer = await transport.GetAsync("access/permissions", new PveForm { { "path", path } }, ct);
        return answer.Data.Fields().ToDictionary(
            entry => entry.Name,
            IReadOnlySet<string> (entry) => entry.Value.Fields().Select(privilege => privilege.Name).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>The names of the pools that the credential may see, as in <c>tenants/acme</c>.</summary>
    public Task<IReadOnlyList<string>> PoolsAsync(CancellationToken ct = default) =>
        transport.ListAsync("pools", null, row => row.Text("poolid") ?? "", ct);

    /// <summary>Signs in again, or for a token makes a call that any valid one may make.</summary>
    /// <exception cref="PveAuthenticationException">The credential is refused.</exception>
    public Task TicketAsync(CancellationToken ct = default) => transport.CheckSignInAsync(ct);
}
