namespace MultiPanel.Contracts.VmOperations;

/// <summary>A command that does one of the <see cref="VmAction"/>s, as rules see it that say whether a VM can do it.</summary>
public interface IOperatesVm
{
    VmAction Action { get; }

    /// <summary>Migrate: where to.</summary>
    string? Node { get; }

    /// <summary>Suspend: to disk instead of memory.</summary>
    bool ToDisk { get; }

    /// <summary>Shutdown: power off when the guest has not obeyed in time.</summary>
    bool Force { get; }
}
