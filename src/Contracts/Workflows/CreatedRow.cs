namespace MultiPanel.Contracts.Workflows;

/// <summary>What accepting a command creates as the job's target.</summary>
public enum CreatedRow
{
    /// <summary>Nothing: the target is there already.</summary>
    None,

    /// <summary>A VM's row without a VMID.</summary>
    Vm,

    /// <summary>A template's row.</summary>
    Template,
}
