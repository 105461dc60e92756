namespace MultiPanel.Contracts.Jobs;

/// <summary>
/// The command that starts a workflow. It is kept in the job's row, so it can be sent again: its saga takes the
/// same command twice without harm. It goes to the queue that bears its name in kebab-case (<c>CloneVm</c> to <c>clone-vm</c>).
/// </summary>
public interface IJobCommand : IJobMessage;
