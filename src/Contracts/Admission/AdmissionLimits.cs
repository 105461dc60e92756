using System.Collections.Immutable;

namespace MultiPanel.Contracts.Admission;

/// <summary>A cluster's limits, a class of work each.</summary>
public sealed record AdmissionLimits
{
    /// <summary>
    /// What Proxmox VE takes without complaint. Every call goes through pvedaemon, 3 single-threaded workers a node by
    /// default; tasks are forked without limit, and 24 clones started at once on one node lost one to "got no worker
    /// upid". What runs next to each other fights over disks and, at allocation, over a lock a storage: cluster-wide on
    /// shared storage, given up after 10 s of waiting.
    /// </summary>
    public static AdmissionLimits Default { get; } = new()
    {
        Classes = new Dictionary<string, ClassLimits>
        {
            // 8 on one storage: allocations of about a second each stay within the 10 s that the lock is waited for.
            [AdmissionClass.Clone] = new(PerNode: 4, PerStorage: 8, PerCluster: 16),
            // A start is short and touches no storage lock, but brings load: not a whole pool at once on one node.
            [AdmissionClass.Power] = new(PerNode: 8, PerStorage: 32, PerCluster: 32),
            // Frees under the same storage lock.
            [AdmissionClass.Delete] = new(PerNode: 4, PerStorage: 8, PerCluster: 16),
            // With memory they write as much as the guest has.
            [AdmissionClass.Snapshot] = new(PerNode: 4, PerStorage: 8, PerCluster: 16),
            // Two fill a 10 Gbit/s link.
            [AdmissionClass.Migrate] = new(PerNode: 2, PerStorage: 4, PerCluster: 8),
        }.ToImmutableDictionary(),
        Other = new(PerNode: 4, PerStorage: 8, PerCluster: 16),
    };

    /// <summary>How <see cref="Other"/> is called where limits are listed by class.</summary>
    public const string OtherName = "other";

    public required IReadOnlyDictionary<string, ClassLimits> Classes { get; init; }

    /// <summary>The limits of a class that <see cref="Classes"/> does not name.</summary>
    public required ClassLimits Other { get; init; }

    public ClassLimits For(string @class) => Classes.GetValueOrDefault(@class, Other);

    /// <summary>All of them by class of work; the rest is <c>other</c>.</summary>
    public IReadOnlyDictionary<string, ClassLimits> ByName() => Classes.ToImmutableDictionary().SetItem(OtherName, Other);

    /// <summary>These limits with one class replaced.</summary>
    public AdmissionLimits With(string @class, ClassLimits limits)
        => this with { Classes = Classes.ToImmutableDictionary().SetItem(@class, limits) };
}

/// <summary>How many of one class may run at once.</summary>
/// <param name="PerNode">Tasks on one node.</param>
/// <param name="PerStorage">Tasks that allocate on one storage, over all nodes; not counted for requests without a storage.</param>
/// <param name="PerCluster">Tasks in the cluster.</param>
public sealed record ClassLimits(int PerNode, int PerStorage, int PerCluster);

/// <summary>Classes of work that are counted apart. Any other name is allowed and has <see cref="AdmissionLimits.Other"/>.</summary>
public static class AdmissionClass
{
    public const string Clone = "clone";
    public const string Power = "power";
    public const string Delete = "delete";
    public const string Snapshot = "snapshot";
    public const string Migrate = "migrate";
}
