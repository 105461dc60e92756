using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;

namespace MultiPanel.Contracts.AgentVerification;

/// <summary>
/// Find out whether a template's guest agent answers: by a linked clone that is started, asked and deleted again. The job's
/// target is that clone. Its other fields are named as <see cref="CloneVm"/>'s, so that the steps which make a clone read
/// this command as theirs.
/// </summary>
public sealed record VerifyAgent : IJobCommand, ICreatesVm
{
    public required Guid JobId { get; init; }

    /// <summary>The registered template.</summary>
    public required int TemplateId { get; init; }

    /// <summary>Its row in the inventory, which is cloned.</summary>
    public required int SourceId { get; init; }

    public bool Start { get; } = true;

    public bool WaitForAgent { get; } = true;

    public string Description { get; } = "Scratch VM of MultiPanel, made to verify the template's guest agent; it is deleted by itself.";
}
