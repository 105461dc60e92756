using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.Inventory;

/// <summary>
/// What this process knows of one cluster from its rounds before: a VM that is listed as it was when its row agreed needs
/// no look at the row. Rows that others change are compared again within a minute.
/// </summary>
public sealed class ClusterMemory
{
    private static readonly TimeSpan CompareAllEvery = TimeSpan.FromMinutes(1);

    private readonly Dictionary<int, ListedVm> agreed = [];
    private Dictionary<int, TimeSpan> uptimes = [];
    private HashSet<int> open = [];
    private DateTime? comparedAll;

    /// <summary>Notes whose uptime was longer in the list before. An old list of a silent node says the same as before.</summary>
    public IReadOnlyList<ListedVm> WithRestarts(IReadOnlyList<ListedVm> listed)
    {
        IReadOnlyList<ListedVm> noted =
            [.. listed.Select(vm => vm.Uptime is { } uptime && uptimes.TryGetValue(vm.VmId, out var before) && uptime < before ? vm with { Restarted = true } : vm)];
        uptimes = listed.Where(vm => vm.Uptime is not null).ToDictionary(vm => vm.VmId, vm => vm.Uptime!.Value);
        return noted;
    }

    /// <returns>The VMIDs to compare; null: all that the cluster lists and the panel has.</returns>
    public IReadOnlySet<int>? Differing(IReadOnlyCollection<ListedVm> listed, DateTime now)
    {
        if (comparedAll is not { } last || now - last >= CompareAllEvery)
        {
            return null;
        }

        var differing = new HashSet<int>(open);
        var unlisted = agreed.Keys.ToHashSet();
        foreach (var vm in listed)
        {
            unlisted.Remove(vm.VmId);
            if (!agreed.TryGetValue(vm.VmId, out var before) || before != vm)
            {
                differing.Add(vm.VmId);
            }
        }

        differing.UnionWith(unlisted);
        return differing;
    }

    /// <param name="compared">What <see cref="Differing"/> said.</param>
    /// <param name="stillOpen">Those of them that need another look although the list stays the same.</param>
    public void Remember(IReadOnlyCollection<ListedVm> listed, IReadOnlySet<int>? compared, HashSet<int> stillOpen, DateTime now)
    {
        if (compared is null)
        {
            agreed.Clear();
            comparedAll = now;
        }
        else
        {
            foreach (var vmid in compared)
            {
                agreed.Remove(vmid);
            }
        }

        foreach (var vm in listed.Where(vm => compared?.Contains(vm.VmId) != false && !stillOpen.Contains(vm.VmId)))
        {
            agreed[vm.VmId] = vm;
        }

        open = stillOpen;
    }
}
