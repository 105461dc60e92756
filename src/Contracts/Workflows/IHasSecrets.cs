namespace MultiPanel.Contracts.Workflows;

/// <summary>A command that carries secrets. They are sealed: the command is stored in the job's row.</summary>
public interface IHasSecrets
{
    /// <summary>The sealed texts, as the command's JSON holds them; rotating the encryption key replaces them there.</summary>
    IReadOnlyList<string> SealedSecrets { get; }
}
