using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Contracts.VmOperations;

namespace MultiPanel.Workers.VmOperations;

/// <summary>All operations of this assembly, by what they do.</summary>
public sealed class OperationCatalog(IServiceProvider services)
{
    private readonly Dictionary<VmAction, VmOperation> operations = typeof(VmOperation).Assembly.GetTypes()
        .Where(type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(VmOperation)))
        .Select(type => (VmOperation)ActivatorUtilities.CreateInstance(services, type))
        .ToDictionary(operation => operation.Action);

    public VmOperation For(VmAction action) => operations[action];
}
