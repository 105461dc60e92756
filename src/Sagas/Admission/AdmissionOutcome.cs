namespace MultiPanel.Sagas.Admission;

/// <summary>The result of a request.</summary>
public enum AdmissionOutcome
{
    /// <summary>The holder has its slot, now or already before.</summary>
    Granted,

    /// <summary>The holder stands in line and comes back as an <see cref="AdmissionGrant"/>.</summary>
    Waiting,

    /// <summary>The counts were lost: call <see cref="IAdmission.RestoreAsync"/> and ask again.</summary>
    Restore,
}
