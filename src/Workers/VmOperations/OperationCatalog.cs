using MultiPanel.Contracts.VmOperations;

namespace MultiPanel.Workers.VmOperations;

/// <summary>All operations of this assembly, by what they do.</summary>
public sealed class OperationCatalog
{
    private readonly Dictionary<VmAction, VmOperation> operations = typeof(VmOperation).Assembly.GetTypes()
        .Where(type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(VmOperation)))
        .Select(type => (VmOperation)Activator.CreateInstance(type)!)
        .ToDictionary(operation => operation.Action);

    public VmOperation For(VmAction action) => operations[action];
}
