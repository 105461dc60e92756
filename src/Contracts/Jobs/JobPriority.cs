namespace MultiPanel.Contracts.Jobs;

/// <summary>Who goes first when slots are short: a person waiting at a screen, an operator's command, work that no person waits for.</summary>
public enum JobPriority
{
    Interactive,
    Operator,
    Background,
}
