using System.Collections;

namespace MultiPanel.Sagas.Admission;

/// <summary>The waiters that got a slot, in the order in which they got it.</summary>
public sealed class SlotGrants(IReadOnlyList<AdmissionGrant> grants, bool restore = false) : IReadOnlyList<AdmissionGrant>
{
    /// <summary>The counts were lost and nothing was handed on: call <see cref="IAdmission.RestoreAsync"/>.</summary>
    public bool Restore { get; } = restore;

    public int Count => grants.Count;

    public AdmissionGrant this[int index] => grants[index];

    public IEnumerator<AdmissionGrant> GetEnumerator() => grants.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
