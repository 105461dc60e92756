using MultiPanel.Contracts.Admission;
namespace MultiPanel.Sagas.Admission;

/// <summary>Where admission counts, and how patient it is.</summary>
public sealed class AdmissionOptions
{
    /// <summary>First part of every key.</summary>
    public string KeyPrefix { get; set; } = "mp:admission";

    /// <summary>The limits of a cluster that has none of its own.</summary>
    public AdmissionLimits Limits { get; set; } = AdmissionLimits.Default;

    /// <summary>A waiter that neither asks again nor is renewed for this long is forgotten.</summary>
    public TimeSpan ForgetWaitersAfter { get; set; } = TimeSpan.FromHours(1);

    /// <summary>A lowered limit rises by one when nothing has changed it for this long, so that a node without work recovers too.</summary>
    public TimeSpan RecoverAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Complaints within this time are one jam and lower the limit once. Proxmox waits 10 s for a storage's lock, so
    /// that the tasks of one jam fail within that time of each other.
    /// </summary>
    public TimeSpan OneJam { get; set; } = TimeSpan.FromSeconds(10);
}
