using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Vms;

namespace MultiPanel.Contracts.VmOperations;

/// <summary>What to change of a VM; an absent field stays as it is. Also the body of <c>PATCH /api/vms/{id}</c>.</summary>
public sealed record VmChanges : VmOptions
{
    public string? Name { get; init; }

    /// <summary>Of a VM that has a cloud-init drive; the guest takes it over at its next start.</summary>
    public CloudInit? CloudInit { get; init; }
}
