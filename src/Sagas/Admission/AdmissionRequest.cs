using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Sagas.Admission;

/// <summary>Asks for a slot for one piece of work on one node.</summary>
public sealed record AdmissionRequest
{
    /// <summary>Who asks: job id and step. The same holder never has two slots; another node needs another holder, or a release first.</summary>
    public required string Holder { get; init; }

    public required Guid JobId { get; init; }

    public required string Cluster { get; init; }

    public required string Node { get; init; }

    /// <summary>
    /// The storage that is allocated on, as its lock sees it: the plain name for a shared one, <c>node/name</c> for a
    /// local one (the same name on another node is another disk), null where nothing is allocated.
    /// </summary>
    public string? Storage { get; init; }

    /// <summary>One of <see cref="AdmissionClass"/>, or a class of one's own.</summary>
    public required string Class { get; init; }

    public required JobPriority Priority { get; init; }

    public required string Company { get; init; }

    /// <summary>How long the slot is kept without <see cref="IAdmission.RenewAsync"/>.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>What <see cref="AdmissionGrant.Resume"/> will carry, for example the command to send again.</summary>
    public string Resume { get; init; } = "";
}
