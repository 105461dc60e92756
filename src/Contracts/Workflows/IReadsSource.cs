namespace MultiPanel.Contracts.Workflows;

/// <summary>A command that clones a VM.</summary>
public interface IReadsSource
{
    /// <summary>The panel's id of the VM or template that is cloned.</summary>
    int SourceId { get; }
}
