using MultiPanel.Contracts.Admission;
namespace MultiPanel.Sagas.Admission;

/// <summary>Refuses what would make a slot that cannot be freed or a limit that no step can pass.</summary>
internal static class AdmissionArguments
{
    public static void Check(AdmissionRequest request)
    {
        ArgumentException.ThrowIfNullOrEmpty(request.Holder);
        ArgumentException.ThrowIfNullOrEmpty(request.Cluster);
        ArgumentException.ThrowIfNullOrEmpty(request.Node);
        ArgumentException.ThrowIfNullOrEmpty(request.Class);
        ArgumentNullException.ThrowIfNull(request.Company);
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Lease, TimeSpan.FromSeconds(1));
        if (!Enum.IsDefined(request.Priority))
        {
            throw new ArgumentOutOfRangeException(nameof(request), request.Priority, "There is no such priority.");
        }
    }

    public static void Check(AdmissionLimits limits)
    {
        foreach (var (name, limit) in limits.Classes.Append(new("*", limits.Other)))
        {
            if (limit.PerNode < 1 || limit.PerStorage < 1 || limit.PerCluster < 1)
            {
                throw new ArgumentOutOfRangeException(nameof(limits), limit, $"A limit of '{name}' is below 1: its jobs would wait for ever.");
            }
        }
    }
}
