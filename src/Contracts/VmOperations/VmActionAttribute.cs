namespace MultiPanel.Contracts.VmOperations;

/// <summary>What must be known of a <see cref="VmAction"/> besides its name. Without one the defaults hold.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class VmActionAttribute : Attribute
{
    /// <summary>The kind of its jobs; null: <c>vm.</c> and the value's name in snake_case.</summary>
    public string? Kind { get; init; }

    /// <summary>A person waits at a screen for it, as for a power button: its jobs are interactive.</summary>
    public bool Interactive { get; init; }

    /// <summary>Proxmox can do it to a template too.</summary>
    public bool SuitsTemplates { get; init; }

    /// <summary>It can be asked for many VMs at once: it needs nothing but the VM's id.</summary>
    public bool InBulk { get; init; }
}
