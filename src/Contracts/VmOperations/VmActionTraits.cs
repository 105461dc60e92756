using System.Reflection;
using System.Text.Json;

namespace MultiPanel.Contracts.VmOperations;

/// <summary>Reads what <see cref="VmAction"/>'s values say of themselves.</summary>
public static class VmActionTraits
{
    private static readonly VmActionAttribute Defaults = new();

    private static readonly Dictionary<VmAction, VmActionAttribute> TraitsOf = Enum.GetValues<VmAction>().ToDictionary(
        action => action, action => typeof(VmAction).GetField(action.ToString())!.GetCustomAttribute<VmActionAttribute>() ?? Defaults);

    public static IReadOnlyCollection<VmAction> All => TraitsOf.Keys;

    public static VmActionAttribute Traits(this VmAction action) => TraitsOf[action];

    /// <returns>The kind of its jobs, for example <c>vm.start</c>.</returns>
    public static string Kind(this VmAction action) =>
        action.Traits().Kind ?? $"vm.{JsonNamingPolicy.SnakeCaseLower.ConvertName(action.ToString())}";
}
