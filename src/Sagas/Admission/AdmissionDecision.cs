namespace MultiPanel.Sagas.Admission;

/// <summary>The answer to a request.</summary>
/// <param name="Position">Place in line for the same node, storage and class as things stand; 1 is next, 0 is not waiting.</param>
public sealed record AdmissionDecision(AdmissionOutcome Outcome, int Position)
{
    public static AdmissionDecision Granted { get; } = new(AdmissionOutcome.Granted, 0);

    public static AdmissionDecision Restore { get; } = new(AdmissionOutcome.Restore, 0);

    public static AdmissionDecision Waiting(int position) => new(AdmissionOutcome.Waiting, position);
}
