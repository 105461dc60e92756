using MultiPanel.Contracts.Admission;

namespace MultiPanel.Workers.Admission;

/// <summary>The place that a step takes among the work that a cluster does at once.</summary>
/// <param name="Class">One of <see cref="AdmissionClass"/>.</param>
/// <param name="Storage">As <see cref="MultiPanel.Sagas.Admission.AdmissionRequest.Storage"/>.</param>
public sealed record Slot(string Class, string Node, string? Storage = null);
