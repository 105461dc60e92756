namespace MultiPanel.Contracts.Admission;

/// <summary>Classes of work that are counted apart. Any other name is allowed and has <see cref="AdmissionLimits.Other"/>.</summary>
public static class AdmissionClass
{
    public const string Clone = "clone";
    public const string Power = "power";
    public const string Delete = "delete";
    public const string Snapshot = "snapshot";
    public const string Migrate = "migrate";
}
