using MultiPanel.Contracts.VmOperations;

namespace MultiPanel.Chaos.Tests.Plan;

/// <summary>A VM as it would be if all commands succeeded.</summary>
internal sealed class ImaginedVm(Random random)
{
    private readonly List<string> snapshots = [];
    private int taken;
    private int size = 70;
    private bool paused;

    public bool IsOff { get; private set; } = true;

    public Order Create(string template)
    {
        IsOff = random.Next(10) < 5;
        return new Order { Template = template, Full = random.Next(4) == 0, Start = !IsOff };
    }

    public Order Next()
    {
        List<VmAction?> fitting = [VmAction.Snapshot, VmAction.Reconfigure];
        fitting.AddRange(paused ? [VmAction.Resume, VmAction.Resume]
            : IsOff ? [VmAction.Start, VmAction.Start, VmAction.Start, VmAction.Resize, VmAction.Migrate, null]
            : [VmAction.Stop, VmAction.Shutdown, VmAction.Reboot, VmAction.Reset, VmAction.Reset, VmAction.Suspend, VmAction.Migrate]);
        if (snapshots.Count > 0)
        {
            fitting.AddRange([VmAction.Rollback, VmAction.DeleteSnapshot, VmAction.DeleteSnapshot]);
        }

        return fitting[random.Next(fitting.Count)] is { } action ? Do(action) : new Order { OfOwn = true, Full = true };
    }

    public Order Do(VmAction action)
    {
        var order = new Order { Action = action };
        switch (action)
        {
            case VmAction.Start or VmAction.Resume:
                (IsOff, paused) = (false, false);
                return order;
            case VmAction.Stop or VmAction.Shutdown:
                (IsOff, paused) = (true, false);
                return order;
            case VmAction.Suspend:
                paused = true;
                return order;
            case VmAction.Snapshot:
                snapshots.Add($"s{++taken}");
                return order with { Snapshot = snapshots[^1] };
            case VmAction.Rollback:
                (IsOff, paused) = (true, false);
                return order with { Snapshot = snapshots[^1] };
            case VmAction.DeleteSnapshot:
                var name = snapshots[random.Next(snapshots.Count)];
                snapshots.Remove(name);
                return order with { Snapshot = name };
            case VmAction.Migrate:
                return order with { Node = random.Next(1, 3) };
            case VmAction.Resize:
                return order with { Size = size += 2 };
            case VmAction.Reconfigure:
                return order with { Size = random.Next(1, 8) };
            default:
                return order;
        }
    }
}
