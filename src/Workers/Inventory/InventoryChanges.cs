using MultiPanel.Data.Vms;

namespace MultiPanel.Workers.Inventory;

/// <summary>What a comparison of rows with a list found.</summary>
public sealed record InventoryChanges
{
    /// <summary>Rows for VMs that have none.</summary>
    public required IReadOnlyList<Vm> Added { get; init; }

    public required IReadOnlyList<RowChange> Changed { get; init; }

    /// <summary>Rows whose VM the list lacks, except those that a job is working on.</summary>
    public required IReadOnlyList<Vm> Missing { get; init; }

    /// <summary>VMIDs whose row may need another comparison although the list stays the same.</summary>
    public required IReadOnlySet<int> Open { get; init; }
}

/// <summary>A row that no longer says what Proxmox says.</summary>
/// <param name="Row">As it was read; it is written only if no job has written it since.</param>
public sealed record RowChange(Vm Row, VmColumns Columns);
